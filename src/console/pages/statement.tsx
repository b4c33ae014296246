import { type Column, DataTable, Field, Moment, Money, Notice, Pager, SearchForm } from '../components/index.js';
import { ApiRefusal } from '../console.errors.js';
import type { Schemas } from '../shell/schemas.js';
import { useView, type View } from '../shell/view.js';
import { accountPathOf, movementPathOf, paymentPathOf } from './console-paths.js';
import { kindText } from './states.js';

type Entry = Schemas['AccountTransactionDto'];
export type Lines = Schemas['AccountTransactionsDto'] | ApiRefusal;

/** `YYYY-MM-DD`, both days included; all where neither is there. */
export interface Period {
  readonly from: string | undefined;
  readonly to: string | undefined;
}

interface StatementProps {
  readonly accountId: number;
  readonly period: Period;
  readonly lines: Lines;
}

/** An account's entries, newest first, each with the balance right after it. */
export function Statement({ accountId, period, lines }: StatementProps) {
  const { t } = useView();
  const path = accountPathOf(accountId);
  return (
    <section class="panel">
      <h2>{t('statement')}</h2>
      <SearchForm action={path} submit={t('show')}>
        <Field name="from" type="date" label={t('statement.from')} value={period.from} isOptional />
        <Field name="to" type="date" label={t('statement.to')} value={period.to} isOptional />
      </SearchForm>
      {lines instanceof ApiRefusal ? (
        <Notice tone="bad" title={lines.answer.message} />
      ) : (
        <>
          <DataTable
            caption={t('statement')}
            hasHeading
            columns={columns(t)}
            rows={lines.items}
            keyOf={({ transactionId, type, amount }) => `${transactionId} ${type} ${amount}`}
            empty={t('statement.none')}
          />
          <Pager nextCursor={lines.nextCursor} />
          <p class="links">
            <a href={`${path}/statement.csv${searchOf(period)}`} download>
              {t('statement.csv')}
            </a>
          </p>
        </>
      )}
    </section>
  );
}

function searchOf(period: Period): string {
  const given = Object.entries(period).filter((field): field is [string, string] => field[1] !== undefined);
  return given.length === 0 ? '' : `?${new URLSearchParams(given).toString()}`;
}

function columns(t: View['t']): Column<Entry>[] {
  return [
    { header: t('statement.time'), cell: ({ occurredAt }) => <Moment at={occurredAt} /> },
    {
      header: t('statement.what'),
      cell: ({ type, transactionId, paymentId }) => (
        <a href={paymentId === transactionId ? paymentPathOf(paymentId) : movementPathOf(transactionId)}>
          {kindText(t, type)} {transactionId}
        </a>
      ),
    },
    {
      header: t('statement.with'),
      cell: ({ counterparty, memo }) => (
        <>
          <span class="long">{counterparty}</span>
          {memo !== undefined && <span class="small block long">{memo}</span>}
        </>
      ),
    },
    { header: t('statement.amount'), cell: ({ amount }) => <Money won={amount} />, isNumber: true },
    { header: t('statement.balance'), cell: ({ balanceAfter }) => <Money won={balanceAfter} />, isNumber: true },
  ];
}
