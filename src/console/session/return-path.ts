const LENGTH_MAX = 2_000;
const BASE = 'http://console.invalid';
/** Leading back to these would sign in again, or out. */
const DOORS = ['/console/sign-in', '/console/sign-out'];

/** Where a sign-in leads: a page of the console, whatever a link says; its first page where it says anything else. */
export function returnPathOf(wanted: unknown): string {
  if (typeof wanted !== 'string' || wanted.length > LENGTH_MAX) return '/console';
  const url = URL.parse(wanted, BASE);
  const isOurs = url?.origin === BASE && /^\/console(\/(?!\/)|$)/.test(url.pathname);
  if (!isOurs || DOORS.includes(url.pathname)) return '/console';
  return url.pathname + url.search;
}
