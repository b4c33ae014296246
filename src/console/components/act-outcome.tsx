import type { ComponentChildren } from 'preact';
import type { ApiAnswer } from '../shell/console-api.js';
import { useView } from '../shell/view.js';
import { FieldErrors } from './field-errors.js';
import { Notice } from './notice.js';

interface ActOutcomeProps<Detail> {
  readonly answer: ApiAnswer<Detail>;
  /** What is said of it once it is done. */
  readonly done: (detail: Detail) => ComponentChildren;
  /** Where to go on. */
  readonly back: string;
}

/** What came of an act: done, not known yet, or refused and why. */
export function ActOutcome<Detail>({ answer, done, back }: ActOutcomeProps<Detail>) {
  const { t } = useView();
  const { status, code, message, detail, retryAfterSeconds } = answer;
  const goOn = (
    <p>
      <a href={back}>{t('back')}</a>
    </p>
  );
  if (status === 202) {
    return (
      <Notice tone="wait" title={message} takesFocus>
        <p>{t('notKnownYet')}</p>
        {goOn}
      </Notice>
    );
  }
  if (status < 300) {
    return (
      <Notice tone="good" title={t('done')} takesFocus>
        {done(detail)}
        {goOn}
      </Notice>
    );
  }
  return (
    <Notice tone="bad" title={message} takesFocus>
      <FieldErrors detail={detail} />
      {isUnknown(status) && <p>{t('notKnownYet')}</p>}
      <p class="small">
        {t('code')} <code>{code}</code>
      </p>
      {retryAfterSeconds !== undefined && <p>{t('tryAgainIn', { seconds: retryAfterSeconds })}</p>}
      {goOn}
    </Notice>
  );
}

/** What broke down on the way may be done. A 503 says that nothing was. */
const isUnknown = (status: number) => status >= 500 && status !== 503;
