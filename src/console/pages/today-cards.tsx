import { Age, Badge, Count, Facts, Moment, type Tone } from '../components/index.js';
import type { Schemas } from '../shell/schemas.js';
import { useView } from '../shell/view.js';
import { TodayPart } from './today-part.js';

type Overview = Schemas['OverviewDto'];
type Backlog = Schemas['BacklogDto'];

export function TopUpsCard({ topUps }: Pick<Overview, 'topUps'>) {
  const { t } = useView();
  return (
    <TodayPart title={t('today.topUps')} known={topUps} source="today.noRedis">
      {({ done, refused, unknown }) => (
        <Facts
          facts={[
            { term: t('today.topUpsDone'), value: <Count of={done} /> },
            { term: t('today.topUpsRefused'), value: <Count of={refused} /> },
            { term: t('today.topUpsUnknown'), value: <Marked count={unknown} tone="wait" /> },
          ]}
        />
      )}
    </TodayPart>
  );
}

export function OrdersCard({ orders }: Pick<Overview, 'orders'>) {
  const { t } = useView();
  return (
    <TodayPart title={t('today.orders')} known={orders} source="today.noDatabase">
      {({ withdrawals, payouts }) => (
        <>
          <Facts
            facts={[
              { term: t('today.withdrawals'), value: <Waiting of={withdrawals} tone="wait" /> },
              { term: t('today.payouts'), value: <Waiting of={payouts} tone="wait" /> },
            ]}
          />
          <p class="links">
            <a href="/console/pending">{t('today.toPending')}</a>
          </p>
        </>
      )}
    </TodayPart>
  );
}

export function WebhooksCard({ webhooks }: Pick<Overview, 'webhooks'>) {
  const { t } = useView();
  return (
    <TodayPart title={t('today.webhooks')} known={webhooks} source="today.noDatabase">
      {({ waiting, undelivered }) => (
        <>
          <Facts
            facts={[
              { term: t('today.webhooksUndelivered'), value: <Waiting of={undelivered} tone="bad" /> },
              { term: t('today.webhooksWaiting'), value: <Waiting of={waiting} tone="wait" /> },
            ]}
          />
          <p class="links">
            <a href="/console/webhooks">{t('today.toWebhooks')}</a>
          </p>
        </>
      )}
    </TodayPart>
  );
}

export function BanksCard({ openCircuits }: Pick<Overview, 'openCircuits'>) {
  const { t } = useView();
  return (
    <TodayPart title={t('today.banks')} known={openCircuits} source="today.noRedis">
      {(circuits) =>
        circuits.length === 0 ? (
          <Badge tone="good">{t('today.banksWell')}</Badge>
        ) : (
          <ul class="plain">
            {circuits.map(({ bankCode, bankName, instanceIds }) => (
              <li key={bankCode}>
                {bankName} <code>{bankCode}</code> <Badge tone="bad">{t('today.bankLeftAlone')}</Badge>
                <span class="small block">
                  {t('today.bankLeftBy')} <code>{instanceIds.join(', ')}</code>
                </span>
              </li>
            ))}
          </ul>
        )
      }
    </TodayPart>
  );
}

export function AuditCard({ audit }: Pick<Overview, 'audit'>) {
  const { t } = useView();
  return (
    <TodayPart title={t('today.audit')} known={audit} source="today.noDatabase">
      {({ last, progress }) => (
        <>
          {last === null ? <p class="empty">{t('today.noAudit')}</p> : <LastAudit last={last} />}
          {progress !== null && (
            <p>
              {t('today.auditUnderWay', { percent: Math.floor(progress.ratio * 100) })}
              {progress.secondsLeft !== null && (
                <>
                  {', '}
                  {t('today.auditLeft')} <Age seconds={progress.secondsLeft} />
                </>
              )}
            </p>
          )}
          <p class="links">
            <a href="/console/audits">{t('today.toAudits')}</a>
          </p>
        </>
      )}
    </TodayPart>
  );
}

function LastAudit({ last }: { readonly last: Schemas['EndedAuditDto'] }) {
  const { t } = useView();
  const { endedAt, durationSeconds, violations, checks, bankUnanswered } = last;
  return (
    <>
      <p>
        {violations === 0 ? (
          <Badge tone="good">{t('today.auditGood')}</Badge>
        ) : (
          <Badge tone="bad">{t('today.auditBad', { count: violations })}</Badge>
        )}{' '}
        <code class="long">{checks.map(({ check }) => check).join(', ')}</code>
      </p>
      <p class="small">
        {t('today.auditEnded')} <Moment at={endedAt} />
        {' · '}
        {t('today.auditTook')} <Age seconds={durationSeconds} />
      </p>
      {bankUnanswered > 0 && (
        <p>
          {t('today.auditBank')} <Marked count={bankUnanswered} tone="wait" />
        </p>
      )}
    </>
  );
}

/** How many wait, and for how long the first of them does. */
function Waiting({ of: { count, isMore, oldestSeconds }, tone }: { readonly of: Backlog; readonly tone: Tone }) {
  const { t } = useView();
  return (
    <>
      <Marked count={count} isMore={isMore} tone={tone} />
      {oldestSeconds !== null && (
        <span class="small block">
          {isMore ? t('today.oldestAtLeast') : t('today.oldest')} <Age seconds={oldestSeconds} />
        </span>
      )}
    </>
  );
}

/** A number that should be none. */
function Marked({ count, isMore = false, tone }: { count: number; isMore?: boolean; tone: Tone }) {
  const text = (
    <span>
      <Count of={count} />
      {isMore && '+'}
    </span>
  );
  return count === 0 ? text : <Badge tone={tone}>{text}</Badge>;
}
