/** Has its turn among those who read much. */
export type Turn = <T>(read: () => Promise<T>) => Promise<T>;

/** A page, and those behind it: each is read when the one before was taken, and nothing is kept open in between. */
export async function* pagesFrom<Page, Place>(
  first: Page,
  next: (page: Page) => Place | null,
  read: (place: Place) => Promise<Page>,
): AsyncGenerator<Page> {
  yield first;
  for (let place = next(first); place !== null;) {
    const page = await read(place);
    yield page;
    place = next(page);
  }
}
