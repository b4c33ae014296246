interface LooksAgain {
  /** Of the part of the page that is looked at again. */
  readonly id: string;
  /** What answers with the page as it is by then; a route that is `@AskedByItself` keeps no session from going idle. */
  readonly url: string;
  /** Absent: only after an act of this page. */
  readonly everySeconds?: number | undefined;
}

/**
 * The attributes of a part of a page that is looked at again. A link that is used, and a table that is scrolled, stay as
 * they are; where it can't be had, what was there stays.
 */
export function looksAgain({ id, url, everySeconds }: LooksAgain) {
  const timer = everySeconds === undefined ? [] : [`every ${everySeconds}s`];
  return {
    id,
    'hx-get': url,
    'hx-trigger': ['acted from:body', ...timer].join(', '),
    'hx-select': `#${id}`,
    'hx-swap': 'outerMorph ignoreTitle:true',
    'hx-status:4xx': 'swap:none',
    'hx-status:5xx': 'swap:none',
  };
}
