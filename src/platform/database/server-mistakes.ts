/** What no waiting helps against, by the server's error code. */
const BY_NUMBER: Readonly<Record<number, string>> = {
  1044: 'DATABASE_URL: its user may not use this database',
  // Also said, by MariaDB and for a user who must have it, to one who comes without TLS.
  1045: 'DATABASE_URL: the server refuses the user or the password, or wants TLS',
  1698: 'DATABASE_URL: the server refuses the user or the password',
  1049: 'DATABASE_URL: there is no such database on the server',
  1130: 'DATABASE_URL: the server takes no connections from this machine',
  1251: 'DATABASE_URL: the server wants a way to log in that is not supported',
  3159: 'DATABASE_TLS: the server wants TLS',
};

/** The line for whoever has to put it right; undefined for trouble that may pass by itself. */
export function mistakeIn(error: unknown): string | undefined {
  const { errno, code, message } = error as { errno?: number; code?: string; message?: string };
  if (code === 'HANDSHAKE_NO_SSL_SUPPORT') return 'DATABASE_TLS: the server has no TLS; off goes without';
  // A server that ends during the handshake has the same code.
  if (code === 'HANDSHAKE_SSL_ERROR' && /certificate|altnames/i.test(message ?? '')) {
    return `DATABASE_TLS: the server's certificate is not accepted: ${message}`;
  }
  return BY_NUMBER[errno ?? 0];
}
