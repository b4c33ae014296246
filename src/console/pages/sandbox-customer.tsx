import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import { Facts, Field, Money, Notice } from '../components/index.js';
import { ApiRefusal } from '../console.errors.js';
import type { Schemas } from '../shell/schemas.js';
import { useView } from '../shell/view.js';
import { userPathOf } from './console-paths.js';
import { KEYS_PATH } from './key-path.js';
import { customerCall, type NewCustomer } from './sandbox-calls.js';
import type { Walk } from './sandbox-walk.js';
import { Curl, Step, StepAnswer, StepForm } from './sandbox-step.js';

export function CustomerStep({ place, state: { customer }, shell, keyTrouble, said }: Walk) {
  const { t } = useView();
  const isThere = customer !== undefined && !(customer instanceof ApiRefusal);
  const form = <SignUpForm {...{ place, shell, keyTrouble }} />;
  return (
    <Step number={1} title={t('sandbox.customer')} what={t('sandbox.customerWhat')} isDone={isThere}>
      <StepAnswer said={said} step="customer" what="POST /users" next={2} />
      {customer instanceof ApiRefusal && <Notice tone="bad" title={customer.answer.message} />}
      {isThere && <Customer {...customer} />}
      {isThere ? (
        <details>
          <summary>{t('sandbox.another')}</summary>
          {form}
        </details>
      ) : (
        form
      )}
    </Step>
  );
}

function Customer({ userId, name, email, accounts, linkedAccounts }: Schemas['UserPageDto']) {
  const { t } = useView();
  const main = accounts.find(({ type }) => type === 'MAIN');
  const linked = linkedAccounts.find(({ isDefault }) => isDefault);
  return (
    <Facts
      facts={[
        {
          term: t('sandbox.name'),
          value: (
            <>
              {name} <a href={userPathOf(userId)}>{t('sandbox.customerTitle', { id: userId })}</a>
            </>
          ),
        },
        { term: t('sandbox.email'), value: <span class="long">{email}</span> },
        { term: t('sandbox.balance'), value: main ? <Money won={main.availableBalance} /> : '–' },
        { term: t('sandbox.linked'), value: linked ? `${linked.bank} ${linked.accountNumber}` : '–' },
      ]}
    />
  );
}

function SignUpForm({ place, shell, keyTrouble }: Pick<Walk, 'place' | 'shell' | 'keyTrouble'>) {
  const { t } = useView();
  const customer = aCustomer();
  const idempotencyKey = `sandbox-${randomUUID()}`;
  const curl = <Curl call={{ ...customerCall(customer), idempotencyKey }} shell={shell} />;
  if (keyTrouble !== null) {
    return (
      <>
        <KeyTrouble trouble={keyTrouble} />
        {curl}
      </>
    );
  }
  return (
    <>
      <StepForm step="customer" place={place} idempotencyKey={idempotencyKey} submit={t('sandbox.signUp')}>
        <div class="fields">
          <Field name="name" label={t('sandbox.name')} value={customer.name} />
          <Field name="email" label={t('sandbox.email')} value={customer.email} />
          <Field name="externalBank" label={t('sandbox.bankName')} value={customer.externalBank} />
          <Field
            name="externalAccountNumber"
            label={t('sandbox.accountNumber')}
            value={customer.externalAccountNumber}
          />
        </div>
      </StepForm>
      {curl}
    </>
  );
}

/** Why a step is not for this session, and what to do. */
export function KeyTrouble({ trouble }: { readonly trouble: NonNullable<Walk['keyTrouble']> }) {
  const { t } = useView();
  return (
    <Notice tone="wait" title={t('sandbox.needsNoKey')}>
      <p>
        {t(`sandbox.${trouble}`)} {trouble === 'needsAppKey' && <a href={`${KEYS_PATH}/new`}>{t('sandbox.toKeys')}</a>}
      </p>
    </Notice>
  );
}

const NAMES = ['김하늘', '이서준', '박지우', '최은서', '정도윤', '한소율'];

/** Somebody who is not there yet. The bank has no tricks of its own for accounts that end like this. */
function aCustomer(): NewCustomer {
  return {
    name: NAMES[randomInt(NAMES.length)] ?? '홍길동',
    email: `sandbox-${randomBytes(4).toString('hex')}@pay.example`,
    externalBank: 'HANA BANK',
    externalAccountNumber: `${randomInt(10 ** 7, 10 ** 8)}1000`,
  };
}
