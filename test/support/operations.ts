import { api, type Api } from './api.js';
import { done } from './builders.js';

export interface Found {
  readonly kind: 'USER' | 'PAYMENT' | 'MOVEMENT' | 'ACCOUNT' | 'PARTNER';
  readonly id: number;
  readonly title: string;
  readonly matchedBy: string;
  readonly status?: string;
}
export interface FoundPage {
  readonly items: readonly Found[];
  readonly nextCursor: string | null;
}

type Query = Record<string, string | number>;
const queryOf = (query: Query) => new URLSearchParams(query as Record<string, string>).toString();

export const searching = (q: string, query: Query = {}, at: Api = api) =>
  at.send<FoundPage>('GET', `/operations/search?${queryOf({ q, ...query })}`);
export const search = async (q: string, query: Query = {}, at: Api = api) =>
  (await done(searching(q, query, at))).detail;

/** What is found, as `KIND id matchedBy`. */
export const namesOf = ({ items }: Pick<FoundPage, 'items'>) =>
  items.map(({ kind, id, matchedBy }) => `${kind} ${id} ${matchedBy}`);

/** All that a search finds, page by page. */
export async function searchAll(q: string, limit: number): Promise<string[]> {
  const found: string[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const page: FoundPage = await search(q, { limit, ...(cursor && { cursor }) });
    found.push(...namesOf(page));
    cursor = page.nextCursor;
  }
  return found;
}

/** A page of something that operators read. */
export const read = async <Detail>(path: string, query: Query = {}, at: Api = api) =>
  (await done(at.send<Detail>('GET', `/operations/${path}?${queryOf(query)}`))).detail;
