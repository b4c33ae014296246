// The shop's page: HTML in which everything is escaped that was not written here.

/** What is escaped already, or made of it. */
class Html {
  constructor(text) {
    this.text = text;
  }
}

const ENTITIES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escaped = (value) => {
  if (value instanceof Html) return value.text;
  if (Array.isArray(value)) return value.map(escaped).join('');
  if (value === undefined || value === null || value === false) return '';
  return String(value).replace(/[&<>"']/g, (character) => ENTITIES[character]);
};
/** Lists are joined, and what is false is left out. */
export const html = (strings, ...values) =>
  new Html(strings.reduce((text, string, index) => text + escaped(values[index - 1]) + string));

const won = (amount) => `₩${amount.toLocaleString('ko-KR')}`;
const clock = (date) => date.toLocaleTimeString('en-GB', { timeZone: 'Asia/Seoul' });
const both = (korean, english) => html`${korean} <small lang="en">${english}</small>`;

/** Drawn here: not every machine has a font with pictures. */
const LINES = {
  cup: 'M5 9h11v6a4 4 0 0 1-4 4H9a4 4 0 0 1-4-4zM16 10h1.5a2.5 2.5 0 0 1 0 5H16M8 3v2.5M11 3v2.5M14 3v2.5M4 21.5h13',
  cake: 'M3 12 19.5 6.5A3 3 0 0 1 21 9v3zM3 12h18v7.5H3zM3 15.8h18M14.5 5.5a1.8 1.8 0 1 0-3-1.5 1.8 1.8 0 0 0 3 1.5z',
  headphones:
    'M4 16v-3a8 8 0 0 1 16 0v3M4 15h2.5a1 1 0 0 1 1 1v4a1 1 0 0 1-1 1H6a2 2 0 0 1-2-2zM20 15h-2.5a1 1 0 0 0-1 1v4a1 1 0 0 0 1 1h.5a2 2 0 0 0 2-2z',
};
const picture = (name) =>
  html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d="${LINES[name]}" /></svg>`;

/** By status: how it looks, and what it is called. */
const STATUSES = {
  PENDING: ['wait', '결제 중', 'Paying'],
  AUTHORIZED: ['hold', '승인됨', 'Authorized'],
  APPROVED: ['good', '결제 완료', 'Paid'],
  PARTIALLY_CANCELED: ['over', '부분 취소', 'Partly canceled'],
  CANCELED: ['over', '취소됨', 'Canceled'],
  VOIDED: ['over', '승인 취소', 'Voided'],
  FAILED: ['bad', '결제 실패', 'Failed'],
  UNKNOWN: ['wait', '확인 중', 'Not known yet'],
};
const ENDS = {
  capture: ['확정', 'Capture'],
  void: ['승인 취소', 'Void'],
  cancel: ['결제 취소', 'Cancel'],
};
const EVENTS = {
  'payment.authorized': '승인',
  'payment.captured': '확정',
  'payment.voided': '승인 취소',
  'payment.approved': '결제 승인',
  'payment.failed': '결제 실패',
  'payment.canceled': '결제 취소',
};

function statusOf({ busy, status, problem }) {
  if (busy && status === undefined) return 'PENDING';
  return status ?? (problem?.outcome === 'unknown' ? 'UNKNOWN' : 'FAILED');
}

/** What can be done with an order now, by the names of the shop's routes. */
function stepsOf({ busy, status, problem }) {
  if (busy) return [];
  if (status === undefined && problem?.outcome === 'unknown') return ['pay'];
  if (status === 'AUTHORIZED') return ['capture', 'void'];
  return status === 'APPROVED' || status === 'PARTIALLY_CANCELED' ? ['cancel'] : [];
}

function orderCard(order) {
  const { id, product, customer, at, problem, busy, paymentId } = order;
  const [look, korean, english] = STATUSES[statusOf(order)] ?? ['wait', order.status, ''];
  const step = (name) =>
    html` <form method="post" action="/orders/${id}/${name}">
      <button class="${name === 'capture' || name === 'pay' ? 'strong' : 'quiet'}" name="step" value="${name}">
        ${both(...(ENDS[name] ?? ['다시 확인', 'Ask again']))}
      </button>
    </form>`;
  return html` <li class="order ${look}" data-status="${statusOf(order)}">
    ${picture(product.icon)}
    <div class="what">
      <strong>${product.name}</strong> <span class="price">${won(product.price)}</span>
      <p>${clock(at)} · ${customer.name}${paymentId && html` · #${paymentId}`}</p>
      ${problem && html`<p class="problem">${problem.message}</p>`}
    </div>
    <span class="status">${busy && html`<i class="spinner" aria-hidden="true"></i>`}${both(korean, english)}</span>
    <div class="steps">${stepsOf(order).map(step)}</div>
  </li>`;
}

function eventCard({ eventId, type, occurredAt, data }) {
  return html` <li class="event" data-type="${type}">
    <p><strong>${EVENTS[type] ?? '알림'}</strong> <code>${type}</code></p>
    <p>
      ${won(data.totalPayAmount)} · #${data.paymentId} · ${data.status}${data.failureCode && ` · ${data.failureCode}`}
    </p>
    <p class="small">
      ${occurredAt} · event ${eventId} ·
      <span class="genuine">서명 확인 <span lang="en">verified</span></span>
    </p>
  </li>`;
}

/** What changes by itself. */
export function livePart({ orders, events }) {
  const newestFirst = (map) => [...map.values()].reverse();
  return html` <section class="orders">
      <h2>${both('주문', 'Orders')}</h2>
      <ol>
        ${newestFirst(orders).map(orderCard)}
      </ol>
      ${orders.size === 0 && html`<p class="empty">${both('아직 주문이 없습니다.', 'No orders yet.')}</p>`}
    </section>
    <section class="events">
      <h2>${both('웹훅', 'Webhooks')}</h2>
      <ol>
        ${newestFirst(events).slice(0, 50).map(eventCard)}
      </ol>
      ${events.size === 0 && html`<p class="empty">${both('결제하면 여기에 도착합니다.', 'They arrive here once you pay.')}</p>`}
    </section>`;
}

export function page(shop, { products, customers, service }) {
  const product = ({ icon, name, english, price }, index) =>
    html` <li class="product">
      ${picture(icon)}
      <strong>${name}</strong><small lang="en">${english}</small>
      <span class="price">${won(price)}</span>
      <button class="strong" name="product" value="${index}">${both('결제하기', 'Pay')}</button>
      <button class="quiet" name="productInTwoSteps" value="${index}">${both('승인만', 'Authorize')}</button>
    </li>`;
  const customer = ({ name, note, english }, index) =>
    html` <label
      ><input type="radio" name="customer" value="${index}" ${index === 0 && 'checked'} />
      <span><strong>${name}</strong> ${both(note, english)}</span></label
    >`;
  return html`<!doctype html>
    <html lang="ko">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>페이 상점 · Pay Practice Shop</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="/shop.css" />
        <script src="/shop.js" defer></script>
      </head>
      <body>
        <header>
          <h1>페이 상점 <small lang="en">Pay Practice Shop</small></h1>
          <p>
            ${both('가상의 돈으로 결제하는 예제 상점', 'an example that takes no real money')} ·
            <a href="${service}/docs">API</a>
          </p>
        </header>
        <main>
          <form class="counter" method="post" action="/orders">
            <fieldset class="customers">
              <legend>${both('고객', 'Customer')}</legend>
              ${customers.map(customer)}
            </fieldset>
            <ul class="products">
              ${products.map(product)}
            </ul>
          </form>
          <div id="live">${livePart(shop)}</div>
        </main>
      </body>
    </html>`;
}
