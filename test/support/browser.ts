import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { findProgram, installDebianPackage } from '../../scripts/stack/programs-here.mjs';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
/** Where pictures of pages are kept for people to look at: a full page's costs as much as all else that is done with it. */
const picturesFolder = process.env.PICTURES_FOLDER;

/** The path of Chromium here, which root gets with apt on Debian; undefined where there is none to be had. */
export function browserHere(): string | undefined {
  const installed = findProgram(NAMES);
  if (installed !== undefined || !existsSync('/etc/debian_version')) return installed;
  return installDebianPackage('chromium', 'fonts-nanum') ? findProgram(NAMES) : undefined;
}

/** A page of a browser of its own; its mistakes, of scripts and of the content policy, are collected. */
export class BrowserPage {
  readonly mistakes: string[] = [];
  private constructor(
    private readonly browser: Browser,
    readonly page: Page,
  ) {
    page.on('pageerror', ({ message }) => this.mistakes.push(message));
    page.on('console', (said) => void (said.type() === 'error' && this.mistakes.push(said.text())));
  }

  static async open(executablePath: string, url: string): Promise<BrowserPage> {
    const args = process.getuid?.() === 0 ? ['--no-sandbox'] : []; // Chromium has none for root
    const browser = await chromium.launch({ executablePath, args });
    const page = await browser.newPage({ viewport: { width: 1200, height: 900 } });
    page.setDefaultTimeout(60_000);
    const opened = new BrowserPage(browser, page);
    await page.goto(url);
    return opened;
  }

  async picture(name: string): Promise<void> {
    if (!picturesFolder) return;
    mkdirSync(picturesFolder, { recursive: true });
    await this.page.screenshot({ path: join(picturesFolder, `${name}.png`), fullPage: true });
  }

  close(): Promise<void> {
    return this.browser.close();
  }
}
