import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Language } from '../../platform/http/language.js';
import type { ConsoleRole } from '../session/session.js';
import type { Translate } from '../texts/index.js';

/** What every component may ask for, so that it need not be handed from one to the next. */
export interface View {
  readonly language: Language;
  readonly t: Translate;
  /** Path and query of the page. */
  readonly url: string;
  /** The token of every form; null where nobody has a session. */
  readonly csrf: string | null;
  /** Null where nobody is signed in. */
  readonly role: ConsoleRole | null;
  readonly isSandbox: boolean;
}

export const ViewContext = createContext<View | null>(null);

export function useView(): View {
  const view = useContext(ViewContext);
  if (view === null) throw new Error('a component is rendered outside of a page');
  return view;
}
