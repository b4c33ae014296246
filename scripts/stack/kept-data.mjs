// Which database the data of earlier starts belongs to: never is another one opened, empty, in its place.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const lastFile = (folder) => join(folder, 'last-database');

/** The folder of a program's data: one for each product and version, so that no server opens the files of another. */
export const homeOf = ({ product, version }) => `${product.toLowerCase()}-${version.split('.').slice(0, 2).join('.')}`;

/** Where the simulator keeps the record of a configured database's bank. */
export function configuredHome(url) {
  const { host, pathname } = new URL(withOneHost(url));
  return `configured-${createHash('sha256')
    .update(host + pathname)
    .digest('hex')
    .slice(0, 12)}`;
}

/** DATABASE_URL may name several hosts, which no URL parser takes: without all but the first. */
export const withOneHost = (url) => url.replace(/^([^/]*\/\/(?:[^/?#]*@)?[^/?#,]*),[^/?#]*/, '$1');

/** The names of the folders in which databases of earlier starts are. */
function homesWithData(folder) {
  const hasData = (name) =>
    existsSync(join(folder, name, 'data')) && readdirSync(join(folder, name, 'data')).length > 0;
  return readdirSync(folder).filter((name) => /^(docker-mysql|mysql|mariadb)-[\d.]+$/.test(name) && hasData(name));
}

/**
 * The one whose database must be opened: the last that was, or the only one; undefined when there is none, or no
 * saying.
 */
export function requiredHome(folder) {
  const homes = homesWithData(folder);
  const last = existsSync(lastFile(folder)) ? readFileSync(lastFile(folder), 'utf8') : undefined;
  if (last && homes.includes(last)) return last;
  return homes.length === 1 ? homes[0] : undefined;
}

export function rememberHome(folder, home) {
  writeFileSync(lastFile(folder), home);
}

/**
 * One record of the bank's was kept for all databases once: it goes to the one that it must be of, if that is clear.
 */
export function moveOldRecord(folder, home) {
  const [old, own] = [join(folder, 'simulator.json'), join(folder, home, 'simulator.json')];
  const isClear = home === (requiredHome(folder) ?? (homesWithData(folder).length === 0 ? home : undefined));
  if (isClear && existsSync(old) && !existsSync(own)) renameSync(old, own);
}

export function refuseOther(folder, home, reason) {
  return new Error(
    `The database of earlier starts is in ${join(folder, home)}, and ${reason}. ` +
      'Put that right, or move the folder away to begin with an empty database.',
  );
}
