import { CsrfField, Field, Notice } from '../components/index.js';
import type { SignInReason } from '../console.errors.js';
import { useView } from '../shell/view.js';

/** Why somebody is not let in: in words of our own, or the API's. */
export interface SignInProblem {
  readonly problem:
    'keyWrong' | 'keyOfOther' | 'keyNeeded' | { readonly message: string; readonly retryAfterSeconds?: number };
  readonly status: number;
}

interface SignInProps {
  /** Where it leads. */
  readonly to: string;
  readonly isKeyOptional: boolean;
  readonly notice?: SignInReason;
  readonly problem?: SignInProblem;
}

export function SignInPage({ to, isKeyOptional, notice, problem }: SignInProps) {
  const { t, isSandbox } = useView();
  // Who wants nothing in particular is new here.
  const toWithoutKey = isSandbox && to === '/console' ? '/console/sandbox' : to;
  return (
    <div class="sign-in">
      {notice !== undefined && <Notice tone={notice === 'signed-out' ? 'good' : 'wait'} title={t(`ended.${notice}`)} />}
      {problem !== undefined && <Refused {...problem} />}
      {isKeyOptional && (
        <form class="panel" method="post" action="/console/sign-in">
          <p>{t('withoutKeyWhy')}</p>
          {isSandbox && <p>{t('sandbox.start')}</p>}
          <CsrfField />
          <input type="hidden" name="to" value={toWithoutKey} />
          <button type="submit" name="withoutKey" value="yes">
            {t('withoutKey')}
          </button>
        </form>
      )}
      <form class="panel" method="post" action="/console/sign-in">
        <p>{t('signInLead')}</p>
        <CsrfField />
        <input type="hidden" name="to" value={to} />
        <Field name="key" type="password" label={t('apiKey')} hint={t('keyHint')} autocomplete="current-password" />
        <button type="submit" class={isKeyOptional ? 'secondary' : undefined}>
          {t('signIn')}
        </button>
      </form>
    </div>
  );
}

function Refused({ problem }: SignInProblem) {
  const { t } = useView();
  if (typeof problem === 'string') return <Notice tone="bad" title={t(problem)} takesFocus />;
  const { message, retryAfterSeconds } = problem;
  return (
    <Notice tone="bad" title={message} takesFocus>
      {retryAfterSeconds !== undefined && <p>{t('tryAgainIn', { seconds: retryAfterSeconds })}</p>}
    </Notice>
  );
}
