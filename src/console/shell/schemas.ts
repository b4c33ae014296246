import type { components } from '@pay-practice/client';

/** What the API answers, from its own document: the console knows no more of it than any other client. */
export type Schemas = components['schemas'];
