// `npm run openapi`: writes docs/openapi.json, the document that the compiled service serves. What would break clients
// of the one that is committed is refused; with `-- --allow-breaking` it is written all the same, and listed in
// docs/breaking-changes.md. With `--check` (`npm run check`) nothing is written. `--against <commit>`: another one than
// HEAD. The client's types are made of the document, and written or checked with it. No store is needed: nothing is
// started.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { clientSchemaOf, schemaFile, schemaPath } from './client-schema.mjs';
import { breaksBetween } from './openapi/breaks.mjs';
import { build, prepareNode, projectFolder } from './prepare.mjs';

const documentPath = 'docs/openapi.json';
const breaksPath = 'docs/breaking-changes.md';
const documentFile = join(projectFolder, documentPath);
const breaksFile = join(projectFolder, breaksPath);

const { values: options } = parseArgs({
  options: {
    check: { type: 'boolean', default: false },
    'allow-breaking': { type: 'boolean', default: false },
    against: { type: 'string', default: 'HEAD' },
  },
});

async function main() {
  await prepareNode({ besideService: true });
  await build();
  const document = await documentOfCode();
  const breaks = unlistedBreaks(document);
  if (breaks.length > 0 && !options['allow-breaking']) {
    const hint = `If that is meant: npm run openapi -- --allow-breaking, which lists it in ${breaksPath}.`;
    throw new Error(`The API would break its clients, compared with ${options.against}:\n${bullets(breaks)}${hint}`);
  }
  const text = `${JSON.stringify(document, null, 2)}\n`;
  const schema = await clientSchemaOf(JSON.parse(text));
  if (options.check) {
    if (textOf(documentFile) !== text)
      throw new Error(`${documentPath} is not what the code says: run "npm run openapi".`);
    if (textOf(schemaFile) !== schema)
      throw new Error(`${schemaPath} is not what ${documentPath} says: run "npm run openapi".`);
    return;
  }
  writeFileSync(documentFile, text);
  writeFileSync(schemaFile, schema);
  if (breaks.length > 0) writeFileSync(breaksFile, (textOf(breaksFile) ?? heading) + section(breaks));
  console.log(`${documentPath} and ${schemaPath} are written.`);
}

const heading = `# Breaking changes of the API

What clients of an earlier version have to heed. \`npm run openapi -- --allow-breaking\` adds to it.
`;
const bullets = (breaks) => breaks.map((it) => `- ${it}\n`).join('');
const section = (breaks) => `\n## ${new Date().toISOString().slice(0, 10)}\n\n${bullets(breaks)}`;

/** In Nest's preview nothing is made: no connection, no worker. What the routes are is known all the same. */
async function documentOfCode() {
  const { NestFactory } = await import('@nestjs/core');
  const { FastifyAdapter } = await import('@nestjs/platform-fastify');
  const { SandboxAppModule } = await import('../dist/app.module.js');
  const { openApiDocument } = await import('../dist/platform/docs/openapi.js');
  const options = { preview: true, logger: false, abortOnError: false };
  const app = await NestFactory.create(SandboxAppModule, new FastifyAdapter(), options);
  return openApiDocument(app);
}

/** What the document breaks of the committed one, but for what is listed as meant. */
function unlistedBreaks(document) {
  const committed = committedDocument();
  if (!committed) return [];
  const listed = new Set((textOf(breaksFile) ?? '').split('\n'));
  return breaksBetween(committed, document).filter((it) => !listed.has(`- ${it}`));
}

/** Undefined where there is none yet, and no commit to look into (an unpacked archive). */
function committedDocument() {
  const git = (...args) =>
    spawnSync('git', args, { cwd: projectFolder, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  if (git('rev-parse', '--verify', '--quiet', `${options.against}^{commit}`).status !== 0) {
    if (options.against !== 'HEAD') throw new Error(`There is no commit ${options.against}.`);
    console.error('There is no commit to compare with: breaking changes are not looked for.');
    return undefined;
  }
  const { status, stdout } = git('show', `${options.against}:./${documentPath}`);
  return status === 0 ? JSON.parse(stdout) : undefined;
}

const textOf = (file) => (existsSync(file) ? readFileSync(file, 'utf8') : undefined);

main().catch((error) => {
  console.error(error.message);
  process.exit(1);
});
