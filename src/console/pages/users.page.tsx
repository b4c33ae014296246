import { ActLink, ActPlace, type Fact, Facts, looksAgain, Moment } from '../components/index.js';
import type { Schemas } from '../shell/schemas.js';
import { useView } from '../shell/view.js';
import { ActsOn, frozenFacts } from './acts-on.js';
import { userPathOf } from './console-paths.js';
import { State } from './states.js';
import { UserMovements } from './user-movements.js';
import { AccountsPanel, AgreementsPanel, LimitPanel, LinksPanel } from './user-panels.js';

interface UserProps {
  readonly user: Schemas['UserPageDto'];
  readonly movements: Schemas['MovementItemsDto'];
  readonly acts: Schemas['ActsDto'];
  readonly mayAct: boolean;
}

/** All there is to say of a user. */
export function UserPage({ user, movements, acts, mayAct }: UserProps) {
  return (
    <>
      <Standing user={user} acts={acts} mayAct={mayAct} />
      <ActPlace />
      <AccountsPanel accounts={user.accounts} />
      {user.limit !== undefined && <LimitPanel limit={user.limit} />}
      <UserMovements movements={movements} />
      <LinksPanel links={user.linkedAccounts} />
      <AgreementsPanel agreements={user.agreements} />
      <ActsOn subject="user" subjectId={user.userId} acts={acts} />
    </>
  );
}

function Standing({ user, acts, mayAct }: Omit<UserProps, 'movements'>) {
  const { t, url } = useView();
  const { userId, state, signedUpAt, frozenAt, closedAt } = user;
  const facts: Fact[] = [
    { term: t('state'), value: <State of={state} /> },
    { term: t('user.signedUp'), value: <Moment at={signedUpAt} /> },
  ];
  if (frozenAt !== undefined) facts.push(...frozenFacts(t, { frozenAt, acts: acts.items }));
  if (closedAt !== undefined) facts.push({ term: t('user.closed'), value: <Moment at={closedAt} /> });
  const path = userPathOf(userId);
  return (
    <section
      class="panel"
      aria-label={t('user.standing')}
      {...looksAgain({ id: 'standing', url })}
      hx-select-oob="#acts"
    >
      <Facts facts={facts} />
      {mayAct && state !== 'CLOSED' && (
        <p class="links">
          {state === 'FROZEN' ? (
            <ActLink to={`${path}/unfreeze`}>{t('freeze.linkAway')}</ActLink>
          ) : (
            <ActLink to={`${path}/freeze`}>{t('freeze.link')}</ActLink>
          )}
        </p>
      )}
    </section>
  );
}
