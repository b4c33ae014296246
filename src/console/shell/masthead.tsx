import { CsrfField } from '../components/csrf-field.js';
import { QuickSearch } from './quick-search.js';
import { type Section, SECTIONS } from './sections.js';
import { useView } from './view.js';

/** Whose console it is, where one may go, and the way out. */
export function Masthead() {
  const { t, role, isSandbox } = useView();
  return (
    <header class="masthead">
      <p class="brand">
        <span class="mark" aria-hidden="true" />
        Pay Practice
        {isSandbox && <span class="sandbox">{t('sandbox')}</span>}
      </p>
      {role !== null && <QuickSearch />}
      {role !== null && <Navigation />}
      {role !== null && (
        <form class="session" method="post" action="/console/sign-out">
          <CsrfField />
          <span class="role">{t(`role.${role}`)}</span>
          <button class="quiet" type="submit">
            {t('signOut')}
          </button>
        </form>
      )}
    </header>
  );
}

function Navigation() {
  const { t, url, isSandbox } = useView();
  const [path = ''] = url.split('?');
  const isCurrent = (section: Section) => path === section.path || path.startsWith(`${section.path}/`);
  return (
    <nav aria-label={t('navigation')}>
      <ul>
        {SECTIONS.filter(({ isOfSandbox }) => isSandbox || !isOfSandbox).map((section) => (
          <li key={section.path}>
            <a href={section.path} aria-current={isCurrent(section) ? 'page' : undefined}>
              {t(section.text)}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
