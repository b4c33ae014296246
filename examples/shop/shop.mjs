// A shop that takes payments. This file is all that it needs of the wallet; server.mjs and page.mjs are its web page.
import { createPayClient, isPayError, verifyWebhook } from '@pay-practice/client';
import { randomUUID } from 'node:crypto';

export function openShop({ baseUrl, key, partnerId, changed }) {
  const pay = createPayClient({ baseUrl, key, deadlineMs: 60_000 });
  const orders = new Map(); // a real shop has a database, and stores an order before it is paid
  const events = new Map();

  /** Whatever comes of it, the order says so; `unknown` is no failure: the same call again finds out. */
  const attempt = async (order, call) => {
    changed(Object.assign(order, { busy: true, problem: undefined }));
    try {
      const { detail } = await call({ path: { paymentId: order.paymentId } });
      order.paymentId ??= detail.paymentId;
      const params = { path: { paymentId: order.paymentId } };
      order.status = (await pay.GET('/payments/{paymentId}', { params })).detail.status;
    } catch (error) {
      if (!isPayError(error)) throw error;
      order.problem = error;
    } finally {
      changed(Object.assign(order, { busy: false }));
    }
  };

  return {
    orders,
    events,
    order({ customer, product, inTwoSteps }) {
      const id = `shop-${randomUUID()}`;
      orders.set(id, { id, customer, product, inTwoSteps, at: new Date() });
      return orders.get(id);
    },
    pay(order) {
      const { customer, product, inTwoSteps } = order;
      const productItems = [{ count: 1, name: product.name }];
      const asked = { userId: customer.userId, partnerId, productItems, totalPayAmount: product.price };
      const body = { ...asked, partnerPayKey: order.id, ...(inTwoSteps && { capture: 'MANUAL' }) };
      return attempt(order, () => pay.POST('/payments', { body, idempotencyKey: `pay-${order.id}` }));
    },
    end(order, how) {
      const body = how === 'cancel' ? { cancelReason: '구매자 변심' } : {};
      const path = `/payments/{paymentId}/${how}`; // capture, void, cancel
      return attempt(order, (params) => pay.POST(path, { params, body, idempotencyKey: `${how}-${order.id}` }));
    },
    hear(rawBody, headers, secrets) {
      const event = verifyWebhook(rawBody, headers, secrets);
      if (events.has(event.eventId)) return; // they come at least once
      events.set(event.eventId, event);
      const order = orders.get(event.data.partnerPayKey);
      const { sequence, data } = event; // a lower one is old news
      if (order && !order.busy && sequence > (order.sequence ?? 0))
        Object.assign(order, { sequence, status: data.status });
      changed();
    },
  };
}
