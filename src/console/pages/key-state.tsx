import { Badge, Moment } from '../components/index.js';
import type { Schemas } from '../shell/schemas.js';
import { useView, type View } from '../shell/view.js';

export type ApiKey = Schemas['KeyDto'];

/** Whether it is good, and until when, or since when it is not. */
export function KeyState({ apiKey, now }: { readonly apiKey: ApiKey; readonly now: string }) {
  const { t } = useView();
  const { revokedAt, expiresAt } = apiKey;
  if (revokedAt !== undefined) return <Ended text={t('keys.revoked')} at={revokedAt} />;
  // Both are written alike, in Asia/Seoul.
  if (expiresAt !== undefined && expiresAt <= now) return <Ended text={t('keys.expired')} at={expiresAt} />;
  return (
    <>
      <Badge tone="good">{t('keys.good')}</Badge>
      {expiresAt !== undefined && (
        <span class="small block">
          {t('keys.until')} <Moment at={expiresAt} />
        </span>
      )}
    </>
  );
}

function Ended({ text, at }: { readonly text: string; readonly at: string }) {
  return (
    <>
      <Badge tone="quiet">{text}</Badge>
      <span class="small block">
        <Moment at={at} />
      </span>
    </>
  );
}

/** What it opens, and whose it is. */
export function KeyOwner({ apiKey: { role, partnerId } }: { readonly apiKey: ApiKey }) {
  const { t } = useView();
  return (
    <>
      {t(`keys.role.${role}`)}
      {partnerId !== undefined && (
        <a class="block nowrap" href={`/console/partners/${partnerId}`}>
          {t('keys.ofPartner', { partnerId })}
        </a>
      )}
    </>
  );
}

/** As people speak of it: `sk_test_Zm9yLWV4…, 길동상회 서버`. */
export function keyName(t: View['t'], { prefix, label, role }: ApiKey): string {
  const name = `${prefix}… (${t(`keys.role.${role}`)})`;
  return label === undefined ? name : `${name}, “${label}”`;
}
