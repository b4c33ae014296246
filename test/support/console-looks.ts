import axe from 'axe-core';
import type { Page } from 'playwright-core';
import type { BrowserPage } from './browser.js';

interface Look {
  readonly name: string;
  readonly language: 'ko' | 'en';
  readonly colorScheme: 'light' | 'dark';
  readonly width: number;
}

/** Each language, each colour scheme and each width comes up with each of the others. */
const LOOKS: readonly Look[] = [
  { name: 'ko-light-desktop', language: 'ko', colorScheme: 'light', width: 1280 },
  { name: 'en-dark-desktop', language: 'en', colorScheme: 'dark', width: 1280 },
  { name: 'ko-dark-phone', language: 'ko', colorScheme: 'dark', width: 390 },
  { name: 'en-light-phone', language: 'en', colorScheme: 'light', width: 390 },
];

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
  for (const look of LOOKS) {
    await page.setExtraHTTPHeaders({ 'accept-language': look.language });
    await page.emulateMedia({ colorScheme: look.colorScheme });
    await page.setViewportSize({ width: look.width, height: 900 });
    await page.goto(url);
    await prepare?.(page);
    await opened.picture(`console-${name}-${look.name}`);
    faults.push(...(await faultsOf(page, look.width)).map((fault) => `${look.name}: ${fault}`));
  }
  page.off('request', watch);
  return faults;
}

async function faultsOf(page: Page, width: number): Promise<Faults> {
  await page.evaluate(axe.source); // the debugger's way in, which no content policy forbids
  const { violations } = await page.evaluate<axe.AxeResults>('axe.run()');
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
  const scrolled = await page.evaluate<number>('document.documentElement.scrollWidth');
  return scrolled > width ? [...found, `scrolls sideways: ${scrolled} wide`] : found;
}
