/** An answer, read to its end. `code`, `message` and `detail` are the service's envelope, where it is one. */
export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly code: string | undefined;
  readonly message: string;
  readonly detail: unknown;
}

/** No answer, or a part of one. */
export interface Lost {
  readonly status: 0;
  readonly code: undefined;
  readonly detail: undefined;
  readonly cause: unknown;
}

/** @throws what `fetch` throws when the answer breaks off */
export async function replyOf(response: Response): Promise<Reply> {
  const { status, headers } = response;
  const text = await response.text();
  const { code, message, detail } = envelopeIn(text);
  const isEnvelope = typeof code === 'string' && typeof message === 'string';
  return isEnvelope
    ? { status, headers, text, code, message, detail }
    : { status, headers, text, code: undefined, message: '', detail: undefined };
}

function envelopeIn(text: string): { code?: unknown; message?: unknown; detail?: unknown } {
  try {
    return (JSON.parse(text) as object | null) ?? {};
  } catch {
    return {}; // a file, or not the service's
  }
}

/** Seconds, as the service writes it. */
export function retryAfterOf(reply: Reply | Lost): number | undefined {
  const text = 'headers' in reply ? reply.headers.get('retry-after') : null;
  return text !== null && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}
