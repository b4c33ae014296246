import { jest } from '@jest/globals';
// Jest links ES modules lazily: the ESM-only Nest packages must be evaluated before a CommonJS library require()s them.
import 'reflect-metadata';
import '@nestjs/common';
import '@nestjs/core';

jest.setTimeout(globalThis.testTimeoutMs);
