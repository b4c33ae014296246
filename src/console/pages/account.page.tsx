import { Badge, type Column, DataTable, type Fact, Facts, Moment, Money } from '../components/index.js';
import type { Schemas } from '../shell/schemas.js';
import { useView, type View } from '../shell/view.js';
import { movementPathOf, paymentPathOf } from './console-paths.js';
import { Owner } from './owned-account.js';
import { type Lines, type Period, Statement } from './statement.js';
import { accountText, kindText } from './states.js';

type Account = Schemas['AccountPageDto'];

interface AccountProps {
  readonly account: Account;
  readonly period: Period;
  /** Absent where the account has no statement. */
  readonly lines?: Lines;
}

/** Whose account it is, what is on it, what is set aside, and how it came to that. */
export function AccountPage({ account, period, lines }: AccountProps) {
  const { t } = useView();
  const { accountId, number, type, ownerId } = account;
  return (
    <>
      <section class="panel" aria-label={t('account.title', { number })}>
        <Facts facts={factsOf(t, account)} />
        {lines === undefined && <p class="small">{t('account.noBalance')}</p>}
        {type === 'PARTNER_PAYABLE' && (
          <p class="links">
            <a href={`/console/settlements?partnerId=${ownerId}`}>{t('account.settlements')}</a>
          </p>
        )}
      </section>
      {account.holds.length > 0 && <Holds account={account} />}
      {lines !== undefined && <Statement accountId={accountId} period={period} lines={lines} />}
    </>
  );
}

function factsOf(t: View['t'], account: Account): Fact[] {
  const { type, ownerId, balance, held, availableBalance, openedAt, closedAt, frozenAt } = account;
  const won = (term: string, amount: number | undefined, isMain = false): Fact[] =>
    amount === undefined ? [] : [{ term, value: <Money won={amount} />, isMain }];
  const time = (term: string, at: string | undefined): Fact[] => (at ? [{ term, value: <Moment at={at} /> }] : []);
  return [
    ...won(t('account.balance'), balance, true),
    ...won(t('account.held'), held),
    ...won(t('account.available'), availableBalance),
    { term: t('account.kind'), value: accountText(t, type) },
    { term: t('account.owner'), value: ownerId === 0 ? t('account.ours') : <Owner account={account} /> },
    ...time(t('account.opened'), openedAt),
    ...(frozenAt
      ? [{ term: t('state'), value: <Badge tone="bad">{`${t('account.frozen')} ${frozenAt}`}</Badge> }]
      : []),
    ...time(t('account.closed'), closedAt),
  ];
}

function Holds({ account: { holds, hasAllHolds } }: { readonly account: Account }) {
  const { t } = useView();
  const columns: Column<Schemas['AccountHoldDto']>[] = [
    { header: t('holds.since'), cell: ({ since }) => <Moment at={since} /> },
    {
      header: t('holds.for'),
      cell: ({ transactionId, paymentId, type }) => (
        <a href={paymentId === undefined ? movementPathOf(transactionId) : paymentPathOf(paymentId)}>
          {kindText(t, type)} {transactionId}
        </a>
      ),
    },
    { header: t('movement.amount'), cell: ({ amount }) => <Money won={amount} />, isNumber: true },
  ];
  return (
    <section class="panel">
      <DataTable caption={t('holds')} columns={columns} rows={holds} keyOf={({ transactionId }) => transactionId} />
      {!hasAllHolds && <p class="small">{t('holds.partial')}</p>}
    </section>
  );
}
