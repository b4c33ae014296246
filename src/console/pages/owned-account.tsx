import type { Schemas } from '../shell/schemas.js';
import { useView } from '../shell/view.js';
import { accountPathOf, partnerPathOf, userPathOf } from './console-paths.js';
import { accountText } from './states.js';

type Owned = Pick<Schemas['OwnedAccountDto'], 'accountId' | 'type' | 'number' | 'ownerId' | 'ownerName'>;

/** An account, and below it whose it is, each with a way to its page. */
export function OwnedAccount({ account }: { readonly account: Owned }) {
  const { t } = useView();
  const { accountId, type, number } = account;
  return (
    <>
      <a class="nowrap" href={accountPathOf(accountId)}>
        {number}
      </a>
      <span class="small block">
        {accountText(t, type)} <Owner account={account} />
      </span>
    </>
  );
}

/** Who owns an account: a user and a partner have a page; nothing where the account is ours. */
export function Owner({ account: { type, ownerId, ownerName } }: { readonly account: Owned }) {
  const path = ownerPathOf(type, ownerId);
  if (path === undefined) return <span class="long">{ownerName}</span>;
  return (
    <a class="long" href={path}>
      {ownerName === undefined || ownerName === '' ? ownerId : ownerName}
    </a>
  );
}

function ownerPathOf(type: string, ownerId: number): string | undefined {
  if (type === 'MAIN' || type === 'SAVINGS') return userPathOf(ownerId);
  return type === 'PARTNER_PAYABLE' ? partnerPathOf(ownerId) : undefined;
}
