import { ActLink, ActPlace, type Fact, Facts, looksAgain, Moment } from '../components/index.js';
import type { Schemas } from '../shell/schemas.js';
import { useView } from '../shell/view.js';
import { ActsOn, frozenFacts } from './acts-on.js';
import { partnerPathOf } from './console-paths.js';
import { PartnerPayments } from './partner-payments.js';
import { PartnerState } from './partners.page.js';
import { webhooksPathOf } from './webhook-owner.js';

interface PartnerProps {
  readonly partner: Schemas['PartnerDto'];
  /** `YYYY-MM-DD`, of which the payments are. */
  readonly day: string;
  readonly payments: Schemas['PaymentsDto'];
  readonly acts: Schemas['ActsDto'];
  readonly mayAct: boolean;
}

/** A partner, what it was paid on a day, and what was done to it. */
export function PartnerPage({ partner, day, payments, acts, mayAct }: PartnerProps) {
  const { partnerId } = partner;
  return (
    <>
      <Standing partner={partner} acts={acts} mayAct={mayAct} />
      <ActPlace />
      <PartnerPayments partnerId={partnerId} day={day} payments={payments} />
      <ActsOn subject="partner" subjectId={partnerId} acts={acts} />
    </>
  );
}

function Standing({ partner, acts, mayAct }: Pick<PartnerProps, 'partner' | 'acts' | 'mayAct'>) {
  const { t, url } = useView();
  const { partnerId, createdAt, frozen, frozenAt } = partner;
  const facts: Fact[] = [
    { term: t('state'), value: <PartnerState partner={partner} /> },
    { term: t('partner.since'), value: <Moment at={createdAt} /> },
  ];
  if (frozenAt !== undefined) facts.push(...frozenFacts(t, { frozenAt, acts: acts.items }));
  const path = partnerPathOf(partnerId);
  return (
    <section
      class="panel"
      aria-label={t('partner.standing')}
      {...looksAgain({ id: 'standing', url })}
      hx-select-oob="#acts"
    >
      <Facts facts={facts} />
      <p class="links">
        <a href={webhooksPathOf(partnerId)}>{t('partner.webhooks')}</a>
        <a href={`/console/settlements?partnerId=${partnerId}`}>{t('partner.settlement')}</a>
        <a href="/console/keys">{t('partner.keys')}</a>
        {mayAct &&
          (frozen ? (
            <ActLink to={`${path}/unfreeze`}>{t('freeze.linkAway')}</ActLink>
          ) : (
            <ActLink to={`${path}/freeze`}>{t('freeze.link')}</ActLink>
          ))}
      </p>
    </section>
  );
}
