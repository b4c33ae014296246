import { Badge, type Column, DataTable, Facts, Moment, Money } from '../components/index.js';
import type { Schemas } from '../shell/schemas.js';
import { useView, type View } from '../shell/view.js';
import { accountPathOf, partnerPathOf } from './console-paths.js';
import { accountText, State } from './states.js';

type User = Schemas['UserPageDto'];
type Account = User['accounts'][number];
type Link = User['linkedAccounts'][number];
type Agreement = User['agreements'][number];

export function AccountsPanel({ accounts }: Pick<User, 'accounts'>) {
  const { t } = useView();
  return (
    <section class="panel">
      <DataTable
        caption={t('user.accounts')}
        columns={accountColumns(t)}
        rows={accounts}
        keyOf={({ accountId }) => accountId}
      />
    </section>
  );
}

function accountColumns(t: View['t']): Column<Account>[] {
  const won = (header: string, of: (account: Account) => number): Column<Account> => ({
    header,
    cell: (account) => <Money won={of(account)} />,
    isNumber: true,
  });
  return [
    {
      header: t('user.number'),
      cell: ({ accountId, accountNumber }) => (
        <a class="nowrap" href={accountPathOf(accountId)}>
          {accountNumber}
        </a>
      ),
    },
    { header: t('found.kind'), cell: ({ type }) => accountText(t, type) },
    won(t('user.balance'), ({ balance }) => balance),
    won(t('user.held'), ({ held }) => held),
    won(t('user.available'), ({ availableBalance }) => availableBalance),
    {
      header: t('user.opened'),
      cell: ({ openedAt, closedAt }) => (
        <>
          <Moment at={openedAt} />
          {closedAt !== undefined && (
            <span class="small block">
              {t('user.accountClosed')} <Moment at={closedAt} />
            </span>
          )}
        </>
      ),
    },
  ];
}

export function LimitPanel({ limit }: { readonly limit: NonNullable<User['limit']> }) {
  const { t } = useView();
  return (
    <section class="panel tight" aria-labelledby="limit">
      <h2 id="limit">{t('user.limit')}</h2>
      <Facts
        facts={[
          { term: t('user.limitLeft'), value: <Money won={limit.remainingToday} /> },
          { term: t('user.limitUsed'), value: <Money won={limit.usedToday} /> },
          { term: t('user.limitAll'), value: <Money won={limit.dailyLimit} /> },
        ]}
      />
    </section>
  );
}

export function LinksPanel({ links }: { readonly links: User['linkedAccounts'] }) {
  const { t } = useView();
  const columns: Column<Link>[] = [
    {
      header: t('user.bank'),
      cell: ({ bank, bankCode }) => (
        <span class="long">
          {bank} <code>{bankCode}</code>
        </span>
      ),
    },
    { header: t('user.bankNumber'), cell: ({ accountNumber }) => <span class="number">{accountNumber}</span> },
    { header: t('state'), cell: (link) => <LinkState link={link} /> },
    { header: t('user.linked'), cell: ({ linkedAt }) => <Moment at={linkedAt} /> },
  ];
  return (
    <section class="panel">
      <h2>{t('user.links')}</h2>
      <DataTable
        caption={t('user.links')}
        hasHeading
        columns={columns}
        rows={links}
        keyOf={({ linkedAccountId }) => linkedAccountId}
        empty={t('user.noLinks')}
      />
    </section>
  );
}

function LinkState({ link: { isDefault, removedAt } }: { readonly link: Link }) {
  const { t } = useView();
  if (removedAt === undefined) {
    return <Badge tone="good">{isDefault ? t('user.isDefault') : t('user.isLinked')}</Badge>;
  }
  return (
    <>
      <Badge tone="quiet">{t('user.isRemoved')}</Badge>
      <span class="small block">
        <Moment at={removedAt} />
      </span>
    </>
  );
}

export function AgreementsPanel({ agreements }: Pick<User, 'agreements'>) {
  const { t } = useView();
  return (
    <section class="panel">
      <h2>{t('user.agreements')}</h2>
      <DataTable
        caption={t('user.agreements')}
        hasHeading
        columns={agreementColumns(t)}
        rows={agreements}
        keyOf={({ agreementId }) => agreementId}
        empty={t('user.noAgreements')}
      />
      {agreements.length >= AGREEMENTS_MAX && <p class="small">{t('user.agreementsHint')}</p>}
    </section>
  );
}

/** The API shows no more of them. */
const AGREEMENTS_MAX = 20;

function agreementColumns(t: View['t']): Column<Agreement>[] {
  return [
    {
      header: t('user.agreedWith'),
      cell: ({ partnerId, partnerName }) => (
        <a class="long" href={partnerPathOf(partnerId)}>
          {partnerName}
        </a>
      ),
    },
    { header: t('state'), cell: ({ status }) => <State of={status} /> },
    { header: t('user.perPayment'), cell: ({ limitPerPayment }) => <Money won={limitPerPayment} />, isNumber: true },
    {
      header: t('user.perDay'),
      cell: ({ limitPerDay, usedToday }) => (
        <span>
          <Money won={limitPerDay} />{' '}
          <span class="small">
            (<Money won={usedToday} />)
          </span>
        </span>
      ),
      isNumber: true,
    },
    { header: t('user.agreed'), cell: ({ agreedAt }) => <Moment at={agreedAt} /> },
    {
      header: t('user.ends'),
      cell: ({ expiresAt, endedAt }) => {
        const at = endedAt ?? expiresAt;
        return at === undefined ? '–' : <Moment at={at} />;
      },
    },
  ];
}
