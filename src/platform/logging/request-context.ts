import { AsyncLocalStorage } from 'node:async_hooks';

const requestIds = new AsyncLocalStorage<string>();

/** Everything that `work` calls, now or later, logs under this request's id. */
export function runInRequest(requestId: string, work: () => void): void {
  requestIds.run(requestId, work);
}

export function currentRequestId(): string | undefined {
  return requestIds.getStore();
}

/**
 * Calls a function outside of any request. What an answer leaves behind, such as the timer of the connection that is
 * kept, would hold on to its request's context for as long as nothing comes, and so take it into the old generation.
 */
export const outsideRequests = AsyncLocalStorage.snapshot();
