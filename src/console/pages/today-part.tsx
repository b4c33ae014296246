import type { ComponentChildren } from 'preact';
import { useView } from '../shell/view.js';

interface PartProps<Known> {
  readonly title: string;
  /** Null where nobody can tell right now, and whose silence that is. */
  readonly known: Known | null;
  readonly source: 'today.noRedis' | 'today.noDatabase';
  readonly children: (known: Known) => ComponentChildren;
}

/** A part of the page, which says so where it is not known. */
export function TodayPart<Known>({ title, known, source, children }: PartProps<Known>) {
  const { t } = useView();
  return (
    <section class="panel tight">
      <h2>{title}</h2>
      {known === null ? <p class="unknown">{t(source)}</p> : children(known)}
    </section>
  );
}
