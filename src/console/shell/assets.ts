import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

interface Asset {
  /** Where it is served. */
  readonly url: string;
  readonly folder: string;
  readonly file: string;
}

const OWN_FOLDER = join(import.meta.dirname, '../assets');
const HTMX_FOLDER = dirname(fileURLToPath(import.meta.resolve('htmx.org/dist/htmx.min.js')));

const asset = (folder: string, file: string): Asset => ({ url: `/console/assets/${file}`, folder, file });
const [STYLES, ICON, HTMX] = [
  asset(OWN_FOLDER, 'console.css'),
  asset(OWN_FOLDER, 'icon.svg'),
  asset(HTMX_FOLDER, 'htmx.min.js'),
];

/** All that a page loads. */
export const ASSETS: readonly Asset[] = [STYLES, ICON, HTMX];

/** Where a page finds them, for ever: what is changed has another address. */
export const ASSET_URLS = { styles: addressOf(STYLES), icon: addressOf(ICON), htmx: addressOf(HTMX) } as const;

function addressOf({ url, folder, file }: Asset): string {
  return `${url}?v=${hash('sha256', readFileSync(join(folder, file)), 'base64url').slice(0, 12)}`;
}
