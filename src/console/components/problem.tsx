import { useView } from '../shell/view.js';
import { FieldErrors } from './field-errors.js';
import { Notice } from './notice.js';

interface ProblemProps {
  /** Where the page's own is not shown: in the place of an act. */
  readonly title?: string | undefined;
  /** A sentence that says more than the page's title. */
  readonly text?: string;
  readonly code?: string;
  /** Of the answer. */
  readonly detail?: unknown;
  /** What the log has the story under. */
  readonly requestId?: string;
}

/** Why there is no page. */
export function Problem({ title, text, code, detail, requestId }: ProblemProps) {
  const { t } = useView();
  return (
    <Notice tone="bad" {...(title !== undefined && { title, takesFocus: true })}>
      {text !== undefined && <p>{text}</p>}
      <FieldErrors detail={detail} />
      {code !== undefined && (
        <p class="small">
          {t('code')} <code>{code}</code>
        </p>
      )}
      {requestId !== undefined && (
        <p class="small">
          {t('requestId')} <code>{requestId}</code>
        </p>
      )}
      <p>
        <a href="/console">{t('toFirstPage')}</a>
      </p>
    </Notice>
  );
}
