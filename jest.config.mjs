import { readFileSync } from 'node:fs';

const swc = JSON.parse(readFileSync(new URL('.swcrc', import.meta.url), 'utf8'));
delete swc.exclude; // builds leave the specs out
const { parser } = swc.jsc;
const swcWith = (tsx) => ['@swc/jest', { ...swc, jsc: { ...swc.jsc, parser: { ...parser, tsx } }, swcrc: false }];

/** The time-outs end a test that hangs; no test is decided by them, on a machine however busy. */
const project = (displayName, files, testTimeout) => ({
  displayName,
  testEnvironment: 'node',
  testMatch: [`<rootDir>/${files}`],
  modulePathIgnorePatterns: ['<rootDir>/.data/'], // copies of the service, with its package.json
  globals: { testTimeoutMs: testTimeout }, // read by the set-up file: Jest ignores a project's own testTimeout
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  transform: { '^.+\\.ts$': swcWith(false), '^.+\\.tsx$': swcWith(true) },
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  setupFiles: ['<rootDir>/jest.setup.mjs'],
});

export default {
  coverageProvider: 'v8',
  maxWorkers: 1, // unless scripts/test.mjs has a system for each worker
  testSequencer: './test/support/sequencer.mjs',
  projects: [
    project('unit', 'src/**/*.spec.ts', 60_000),
    project('e2e', 'test/e2e/**/*.e2e-spec.ts', 240_000),
    project('faults', 'test/faults/**/*.spec.ts', 600_000),
  ],
};
