import axe from 'axe-core';
import type { Page } from 'playwright-core';
import type { BrowserPage } from './browser.js';

interface Look {
  readonly name: string;
  readonly colorScheme: 'light' | 'dark';
  readonly width: number;
}

/**
 * Each language, each colour scheme and each width comes up with each of the others. A page is loaded once in a
 * language: the rest a browser changes in place.
 */
const LOOKS: Readonly<Record<string, readonly Look[]>> = {
  ko: [
    { name: 'light-desktop', colorScheme: 'light', width: 1280 },
    { name: 'dark-phone', colorScheme: 'dark', width: 390 },
  ],
  en: [
    { name: 'dark-desktop', colorScheme: 'dark', width: 1280 },
    { name: 'light-phone', colorScheme: 'light', width: 390 },
  ],
};

/** What was found wrong with a page: nothing, where it is as it should be. */
export type Faults = readonly string[];

/**
 * Looks at a page in every way that people do, keeps a picture of each, and says what is wrong: what axe finds, a page
 * that scrolls sideways, and what came from another origin.
 *
 * @param prepare what is done on the page before it is looked at
 */
export async function looksOf(
  opened: BrowserPage,
  { name, url, prepare }: { name: string; url: string; prepare?: (page: Page) => Promise<void> },
): Promise<Faults> {
  const { page } = opened;
  const faults: string[] = [];
  const origin = new URL(url).origin;
  const watch = (request: { url(): string }) => {
    if (new URL(request.url()).origin !== origin) faults.push(`asks ${request.url()}`);
  };
  page.on('request', watch);
  for (const [language, looks] of Object.entries(LOOKS)) {
    await page.setExtraHTTPHeaders({ 'accept-language': language });
    await seenAs(page, looks[0] as Look);
    await page.goto(url);
    await prepare?.(page);
    await page.evaluate(axe.source); // the debugger's way in, which no content policy forbids
    for (const look of looks) {
      await seenAs(page, look);
      await opened.picture(`console-${name}-${language}-${look.name}`);
      faults.push(...(await faultsOf(page, look.width)).map((fault) => `${language}-${look.name}: ${fault}`));
    }
  }
  page.off('request', watch);
  return faults;
}

async function seenAs(page: Page, { colorScheme, width }: Look): Promise<void> {
  await page.emulateMedia({ colorScheme });
  await page.setViewportSize({ width, height: 900 });
}

async function faultsOf(page: Page, width: number): Promise<Faults> {
  const violations = await page.evaluate<axe.Result[]>(
    "axe.run({ resultTypes: ['violations'] }).then(({ violations }) => violations)",
  );
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
  const scrolled = await page.evaluate<number>('document.documentElement.scrollWidth');
  return scrolled > width ? [...found, `scrolls sideways: ${scrolled} wide`] : found;
}
