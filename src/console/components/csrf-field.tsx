import { CSRF_FIELD } from '../session/own-pages.js';
import { useView } from '../shell/view.js';

/** Every form that is posted has it; what comes without is refused. */
export function CsrfField() {
  const { csrf } = useView();
  return <input type="hidden" name={CSRF_FIELD} value={csrf ?? ''} />;
}
