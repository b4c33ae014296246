/** How events are sent, whoever hears of whatever. `events` says which, and `example` is the body of one. */
export const deliveryOf = (events: string, example: string, order: string): string => `${events} is sent there
with \`POST\`, at least once, until it is answered with 2xx within 5 seconds; a redirect is a failure. It is sent again 1, 4, 16,
64, 256, 1024 and 4096 minutes after a failure, then it is \`UNDELIVERED\`, and can be sent again by hand. A \`Retry-After\` of
an answer that is not 2xx is kept (seconds or a date, a day at most): until then nothing is sent there. \`410\` disables the
endpoint, and so do five days of nothing but failures; \`webhook.disabled\` tells the other endpoints.

\`\`\`
POST /pay-webhooks
Content-Type: application/json; charset=utf-8
Pay-Event-Id: 12
Pay-Delivery-Id: 13
Pay-Signature: t=1740498956,v1=5257a869e7ecebeda32affa62cdca3fa51cad7e77a0e56ff536d0ce8e108d8bd

${example}
\`\`\`

\`v1\` is the HMAC-SHA256, in hex, of \`<t>.<body>\` with the endpoint's secret (the whole text, \`whsec_\` included) as its key;
\`t\` is the time of the attempt in seconds. Compare in constant time, and refuse a \`t\` that is more than 5 minutes off. After a
rotation there are two or more \`v1\` for a while, one for each secret that is still good. An event may arrive twice, and has
one \`eventId\` at every endpoint; \`Pay-Delivery-Id\` is another at each of them. ${order}`;

export const EVENT_HEADERS = {
  'Pay-Event-Id': {
    description: "the body's `eventId`: the same at every endpoint and at every attempt",
    schema: { type: 'string', example: '12' },
  },
  'Pay-Delivery-Id': {
    description: 'of this event to this endpoint, the same at every attempt',
    schema: { type: 'string', example: '13' },
  },
  'Pay-Signature': {
    description:
      "`t` is the time of the attempt, each `v1` an HMAC-SHA256 of `<t>.<body>` with one of the endpoint's secrets",
    schema: {
      type: 'string',
      example: 't=1740498956,v1=5257a869e7ecebeda32affa62cdca3fa51cad7e77a0e56ff536d0ce8e108d8bd',
    },
  },
} as const;

/** What a receiver's answer means. */
export const EVENT_ANSWERS = {
  '2XX': 'It is taken, and not sent again.',
  '410': 'Nobody is there any more: the endpoint is disabled.',
  default: 'It is sent again later, not before the seconds or the date of `Retry-After`.',
} as const;

export const CHANGE_DESCRIPTION = `What waits goes to the new URL, at once; only attempts that are under way may still reach the former one.
Other \`types\` hold for what happens after the answer; what waits is sent all the same.
A disabled endpoint gets nothing, and what waits for it is UNDELIVERED (\`ENDPOINT_DISABLED\`) until it is enabled again: then
that is sent. What happens in between is UNDELIVERED too (\`CREATED_WHILE_DISABLED\`), and is sent when it is asked for:
\`POST …/resend\`.`;

export const PING_DESCRIPTION = `It is sent a \`webhook.ping\`, signed as any event, whatever \`types\` it wants, and once only; \`GET …/deliveries\` tells
what became of it a moment later. An endpoint that is disabled gets no ping either: enable it first.`;

export const ATTEMPTS_DESCRIPTION = `One item per request that was sent, pings included. The last 1,000 of an endpoint are kept, for 30 days at most or what
else the operator has set.`;

export const RESEND_DESCRIPTION = `What happened in the period and is UNDELIVERED, or DELIVERED, or either, is sent to this endpoint again with all attempts,
under the \`eventId\` and \`deliveryId\` that it has; what still waits is left alone. One call sends some 10,000 at most:
\`nextCursor\` says that there is more, and where the next call goes on. The endpoint must be enabled.`;
