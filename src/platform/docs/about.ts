import { DocumentBuilder, type OpenAPIObject } from '@nestjs/swagger';
import { answersTable } from './api-answers.js';

const DESCRIPTION = `A small pay service on a double-entry ledger. Begin with **payments**.

- JSON in UTF-8. Every answer is the envelope \`{code, message, detail?}\`.
- \`message\` is for people: in Korean, or in English with \`Accept-Language: en\` (its q-values count), and
  \`Content-Language\` says which. \`code\` and all else are the same in both. A duplicate is told in the language that
  it asks for itself.
- Money is an integer number of won. Nothing is converted, and unknown body fields are refused.
- Date-times are \`YYYY-MM-DD HH:mm:ss\` in Asia/Seoul (UTC+09:00, without summer time), and so are days.
- **409** means that a payment with this key (or this order) exists or is being made; not so \`AccountClosed\`.
  After that one, any other 4xx, or a 503, no money moved and the same key may be sent again. After a 202, a 500 or no
  answer at all, ask, or send the same key again: it is always safe. A 401, 403 or 429 is about this very request and
  says nothing of an earlier one.

<details><summary><b>Keys</b></summary>

\`Authorization: Bearer sk_live_…\` (\`sk_test_…\` outside production; older keys that begin with \`pk_\` stay good), or
HTTP Basic with the key as user name and an empty password (\`curl -u "$KEY:"\`). A **partner's** key is for its own
payments, cancels, webhooks and settlements: what is another's payment is not there for it (404), and to name another
partner is 403. An **app** key, of the wallet's own back end, is for users, their agreements, accounts, savings, transfers
and webhooks of its own. An **operator's** is for partners, webhooks, cancels and keys, and reads everything; what is done
with it is on record. Two kinds of keys only read: an **auditor's** what operators may read, and a **partner-read** key what its partner may read (for a dashboard or the accounts); a
**metrics** key opens \`GET /metrics\` and nothing else. A deployment may serve requests without a key (a
sandbox does); a wrong key is 401 there too. A 401 says in \`detail.reason\` what is wrong: \`missing\`, \`malformed\`
or \`unknown-or-revoked\`. Several keys of one owner are good at the same time, so that one can be replaced without a gap.

</details>

<details><summary><b>Requests</b></summary>

- Amounts and ids are written as integers: \`1.0\` and \`1e3\` are refused, and so is a name that stands twice in one
  object.
- Text has something visible in it, and no control, direction or invisible characters (those within emoji are fine).
- A body that is empty is none, whatever its \`Content-Type\`. A status in a query is taken in any case.
- \`X-Request-Id\` is echoed, or made, on every answer.
- Headers that are too long are 431, and a request that takes too long to arrive is 408, whatever the call: both are
  \`InvalidRequest\`, and the connection is closed.

</details>

<details><summary><b>Answers</b></summary>

${answersTable()}

</details>
`;

/** In the order of importance: the tags, and with them the paths, are shown in this order. */
const TAGS: Readonly<Record<string, string>> = {
  payments: 'Approve a payment once, or in two steps, give it back whole or in part, and ask what became of it.',
  agreements: 'What customers let a partner take: how much at once, how much a day, and until when.',
  webhooks:
    "What happens to a partner's payments, sent to servers of the partner, and what moves at all, to the wallet's own " +
    'back end: signed, in order, at least once.',
  settlements: 'What a partner is owed for a business day.',
  users: 'Customers of the wallet: sign-up, accounts, and what is left of the daily limit.',
  accounts:
    'The main account: charge it from a linked bank account, withdraw to one, and read the entries of any account.',
  savings: 'Savings accounts: open one, deposit from the main account, withdraw to it.',
  transfers: 'Send money to another user.',
  transactions: 'Every movement of money by its id, or by the key it was asked for with.',
  partners: 'The merchants that are paid.',
  banks: 'The banks whose accounts can be linked.',
  operations:
    'For the people who look after the service: find anything, see all there is to say of it, act, and what was done.',
  sandbox: 'Only where no real money moves: a clock that can be moved, and a bank that lies on command.',
  health: 'For balancers and orchestrators: is it alive, and can it work?',
};

export const aboutApi = (): Omit<OpenAPIObject, 'paths'> => {
  const builder = new DocumentBuilder()
    .setTitle('Pay Practice')
    .setDescription(DESCRIPTION)
    .setVersion('1.0')
    .setLicense('MIT', 'https://opensource.org/license/mit')
    .addServer('/', 'where this document was served')
    .addServer('http://localhost:3000', 'the sandbox of `npm start`')
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'sk_test_…', description: 'See "Keys".' })
    .addBasicAuth({ type: 'http', scheme: 'basic', description: 'The key as user name, an empty password.' });
  for (const [name, description] of Object.entries(TAGS)) builder.addTag(name, description);
  return builder.build();
};
