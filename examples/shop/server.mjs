// The shop's web server: the page, what changes on it, its buttons, and the address to which the wallet sends events.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { WebhookError } from '@pay-practice/client';
import { livePart, page } from './page.mjs';
import { openShop } from './shop.mjs';

const BODY_MAX_BYTES = 100_000;
const SAFE = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; form-action 'self'; " +
    "base-uri 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
};
const file = (name) => readFileSync(new URL(name, import.meta.url));
const FILES = {
  '/shop.css': { type: 'text/css', content: file('shop.css') },
  '/shop.js': { type: 'text/javascript', content: file('shop.js') },
};
const STEPS = ['pay', 'capture', 'void', 'cancel'];

/**
 * A shop, to be listened with. `secrets` is a promise of the endpoint's: an event may be faster than the answer that
 * tells it.
 */
export function shopServer({ baseUrl, key, partnerId, secrets, ...offer }) {
  const watchers = new Set();
  const changed = () => watchers.forEach((watcher) => watcher.write('data: changed\n\n'));
  const shop = openShop({ baseUrl, key, partnerId, changed });

  const routes = {
    'GET /': () => ({ type: 'text/html', content: page(shop, { ...offer, service: baseUrl }).text }),
    'GET /live': () => ({ type: 'text/html', content: livePart(shop).text }),
    'POST /orders': ({ body }) => {
      const form = new URLSearchParams(body.toString());
      const customer = offer.customers[form.get('customer')];
      const product = offer.products[form.get('product') ?? form.get('productInTwoSteps')];
      if (!customer || !product) return { status: 400 };
      const order = shop.order({ customer, product, inTwoSteps: form.has('productInTwoSteps') });
      inBackground(shop.pay(order));
      return { status: 303, headers: { location: '/' } };
    },
    'POST /pay-webhooks': async ({ body, request }) => {
      shop.hear(body, request.headers, await secrets);
      return { status: 204 };
    },
  };

  /** `/orders/{id}/{step}` */
  const take = (path) => {
    const [, id, step] = /^\/orders\/([\w-]+)\/(\w+)$/.exec(path) ?? [];
    const order = shop.orders.get(id);
    if (!order || !STEPS.includes(step)) return { status: 404 };
    if (!order.busy) inBackground(step === 'pay' ? shop.pay(order) : shop.end(order, step));
    return { status: 303, headers: { location: '/' } };
  };

  return createServer(async (request, response) => {
    const { pathname } = new URL(request.url, 'http://shop');
    if (request.method === 'GET' && pathname === '/changes') {
      response.writeHead(200, { ...SAFE, 'content-type': 'text/event-stream' }).write(': open\n\n');
      watchers.add(response);
      return void response.once('close', () => watchers.delete(response));
    }
    const { status = 200, type = 'text/plain', headers = {}, content = '' } = await answer(request, pathname);
    response.writeHead(status, { ...SAFE, 'content-type': `${type}; charset=utf-8`, ...headers }).end(content);
  });

  async function answer(request, path) {
    if (request.method === 'GET' && FILES[path]) return FILES[path];
    const route = routes[`${request.method} ${path}`] ?? (request.method === 'POST' ? () => take(path) : undefined);
    if (!route) return { status: 404 };
    if (isOfAnotherSite(request)) return { status: 403 };
    if (Number(request.headers['content-length'] ?? 0) > BODY_MAX_BYTES)
      return { status: 413, headers: { connection: 'close' } };
    try {
      return await route({ request, body: request.method === 'POST' ? await buffer(request) : undefined });
    } catch (error) {
      if (error instanceof WebhookError) return { status: 400, content: error.message };
      console.error(error);
      return { status: 500 };
    }
  }
}

/** Another site's page must not press our buttons. */
const isOfAnotherSite = ({ method, headers }) =>
  method === 'POST' && !['same-origin', 'none', undefined].includes(headers['sec-fetch-site']);

/** The page hears of what it comes to. */
const inBackground = (work) => void work.catch((error) => console.error(error));
