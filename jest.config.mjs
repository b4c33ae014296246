import { readFileSync } from 'node:fs';

const swc = JSON.parse(readFileSync(new URL('.swcrc', import.meta.url), 'utf8'));
delete swc.exclude; // builds leave the specs out

const project = (displayName, files, testTimeout) => ({
  displayName,
  testEnvironment: 'node',
  testMatch: [`<rootDir>/${files}`],
  globals: { testTimeoutMs: testTimeout }, // read by the set-up file: Jest ignores a project's own testTimeout
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': ['@swc/jest', { ...swc, swcrc: false }] },
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  setupFiles: ['<rootDir>/jest.setup.mjs'],
});

export default {
  coverageProvider: 'v8',
  maxWorkers: 1, // the e2e tests share one service, its clock and two cores
  testSequencer: './test/support/sequencer.mjs',
  projects: [
    project('unit', 'src/**/*.spec.ts', 10_000),
    project('e2e', 'test/e2e/**/*.e2e-spec.ts', 60_000),
    project('faults', 'test/faults/**/*.spec.ts', 180_000),
  ],
};
