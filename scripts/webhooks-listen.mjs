// `npm run webhooks:listen -- --partner 100`: hears of a partner's payments as its own server would, until Ctrl-C.
// With `--app` instead: what the wallet's own back end hears. Works on a running service that reaches this machine:
// http://localhost:3000, or what PAY says. KEY is the partner's key, or the app's, where one is needed.
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { onEnd, prepareNode } from './prepare.mjs';

const USAGE = 'npm run webhooks:listen -- --partner <id>, or --app';
const service = (process.env.PAY ?? 'http://localhost:3000').replace(/\/$/, '');

async function listen() {
  await prepareNode();
  const { isGenuine } = await import('../docs/webhook-verifier.ts');
  const { endpoints, name } = ownerNamed();
  let end;
  const ended = new Promise((resolve) => (end = resolve));
  onEnd(() => end());

  let secretKnown; // an event may be faster than the answer that tells the secret
  const secret = new Promise((resolve) => (secretKnown = resolve));
  const server = createServer(async (request, response) => {
    const body = await text(request);
    const isRight = isGenuine(String(request.headers['pay-signature']), body, await secret);
    response.writeHead(isRight ? 204 : 400).end();
    show(body, isRight);
  });
  await new Promise((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));

  const url = `http://127.0.0.1:${server.address().port}/pay-webhooks`;
  const endpoint = await call('POST', endpoints, { url });
  secretKnown(endpoint.secret);
  console.log(`Listening at ${url} for events of ${name} (endpoint ${endpoint.endpointId}). Ctrl-C ends it.`);
  await ended;
  await call('DELETE', `${endpoints}/${endpoint.endpointId}`);
  console.log(`\nEndpoint ${endpoint.endpointId} is taken off again.`);
  process.exit(0);
}

function ownerNamed() {
  const { partner, app } = parseArgs({ options: { partner: { type: 'string' }, app: { type: 'boolean' } } }).values;
  if (app && partner === undefined) return { endpoints: '/app/webhooks', name: 'the wallet' };
  if (app || !/^[1-9]\d*$/.test(partner ?? '')) throw new Error(USAGE);
  return { endpoints: `/partners/${partner}/webhooks`, name: `partner ${partner}` };
}

function show(body, isRight) {
  if (!isRight) return console.log(`\nThe signature is WRONG of\n${body}`);
  const event = JSON.parse(body);
  console.log(`\n${event.type}, event ${event.eventId}: the signature is right\n${JSON.stringify(event, null, 2)}`);
}

/** The answer's `detail`. */
async function call(method, path, body) {
  const key = process.env.KEY && { authorization: `Bearer ${process.env.KEY}` };
  const type = body && { 'content-type': 'application/json' };
  const response = await fetch(service + path, {
    method,
    headers: { ...key, ...type },
    ...(body && { body: JSON.stringify(body) }),
  }).catch(() => {
    throw new Error(
      `Nobody answers at ${service}: run "npm start" first, or say where the service is: PAY=http://… ${USAGE}`,
    );
  });
  const answer = await response.text();
  if (!response.ok) throw new Error(`${method} ${service}${path} is answered ${response.status}: ${answer}`);
  return JSON.parse(answer).detail;
}

listen().catch((error) => {
  console.error(error.message);
  process.exit(1);
});
