import { jest } from '@jest/globals';
// Jest links ES modules lazily: the ESM-only Nest packages must be evaluated before a CommonJS library require()s them.
import 'reflect-metadata';
import '@nestjs/common';
import '@nestjs/core';

// Each worker talks to a system of its own (scripts/test.mjs).
Object.assign(process.env, JSON.parse(process.env.TEST_PLACES ?? '[]')[Number(process.env.JEST_WORKER_ID) - 1]);
jest.setTimeout(globalThis.testTimeoutMs);
