import { CsrfField } from '../components/csrf-field.js';
import { useView } from './view.js';

export const SEARCH_PATH = '/console/search';

/** Looks for something from any page; the search's own page has a field of its own. */
export function QuickSearch() {
  const { t, url } = useView();
  if (url.split('?')[0] === SEARCH_PATH) return null;
  return (
    <form class="quick-search" method="post" action={SEARCH_PATH} role="search" aria-label={t('search')}>
      <CsrfField />
      <label class="hidden" for="quick-search">
        {t('search.what')}
      </label>
      <input id="quick-search" name="q" type="search" required autocomplete="off" placeholder={t('search.short')} />
      <button class="quiet" type="submit">
        {t('search.submit')}
      </button>
    </form>
  );
}
