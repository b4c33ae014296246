import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { BrowserPage, browserHere } from '../../support/browser.js';
import { done, newAccountNumber, newEmail, newKey } from '../../support/builders.js';
import { ConsoleBrowser, SESSION_KEY } from '../../support/console-browser.js';
import { looksOf } from '../../support/console-looks.js';
import { describeIf } from '../../support/describe-if.js';
import { describeWith } from '../../support/environment.js';
import { aKey, aService } from '../../support/keyed-service.js';
import { eventually } from '../../support/money.js';
import { type OwnStack, startOwnStack } from '../../support/own-stack.js';
import type { ServiceProgram } from '../../support/service-program.js';

const chromium = browserHere();
const HOSTILE = '<script>alert("name")</script>';
const SANDBOX = '/console/sandbox';
const DAY_SECONDS = 86_400;

describeWith(['databaseUrl', 'redisUrl', 'simulatorUrl'], 'the sandbox’s page', () => {
  let stack: OwnStack;
  let browser: ConsoleBrowser;
  beforeAll(async () => {
    stack = await startOwnStack({ ANSWER_WITHIN_MS: '1500', CONSOLE_SESSION_KEYS: SESSION_KEY, AUTH: 'optional' });
    await stack.restartWith({ BANK_SIMULATOR_URL: stack.bank.url });
  });
  afterAll(() => stack?.stop());
  beforeEach(async () => {
    browser = new ConsoleBrowser(stack.baseUrl);
    await browser.get('/console/sign-in');
    await browser.post('/console/sign-in', { withoutKey: 'yes' });
  });
  afterEach(() => done(stack.api.send('PUT', '/sandbox/bank', { lie: null })));

  const post = (step: string, fields: Record<string, string>) =>
    browser.post(`${SANDBOX}/${step}`, { idempotencyKey: newKey(), ...fields });
  const customer = (changes: Record<string, string> = {}) => ({
    name: '김하늘',
    email: newEmail(),
    externalBank: 'HANA BANK',
    externalAccountNumber: newAccountNumber(),
    ...changes,
  });
  /** Where the step leads. */
  const placeAfter = (answer: Response) => {
    expect(answer.status).toBe(303);
    return Object.fromEntries(new URLSearchParams((answer.headers.get('location') as string).split('?')[1]));
  };
  const signUp = async (changes: Record<string, string> = {}) =>
    placeAfter(await post('customer', customer(changes)))['userId'] as string;
  const pay = async (userId: string, more: Record<string, string> = {}) => {
    const order = { totalPayAmount: '23000', partnerPayKey: newKey() };
    return placeAfter(await post('payment', { userId, ...order, ...more }));
  };
  const storyOf = async (paymentId: string | undefined) => browser.page(`${SANDBOX}/payments/${paymentId}`);
  /** The body that the command line of a step sends. */
  const commandOf = (page: string, path: string) => {
    const text = page.replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&');
    const [, headers = '', body = ''] = new RegExp(`${path} ([^<]*)-d '([^<]*)'</code>`).exec(text) ?? [];
    return { key: /Idempotency-Key: ([^']+)'/.exec(headers)?.[1] as string, body: JSON.parse(body) as object };
  };

  it('is where whoever comes without a key is led, and is in the navigation', async () => {
    const signIn = await new ConsoleBrowser(stack.baseUrl).page('/console/sign-in?to=/console');
    expect(signIn).toContain('Start with the sandbox');
    expect(signIn).toContain(`name="to" value="${SANDBOX}"`);
    expect(await browser.page('/console/keys')).toContain(`href="${SANDBOX}"`);
    expect(await browser.page(SANDBOX)).toContain('Sandbox: follow one payment');
  });

  it('signs a customer up, whatever the name is, and shows who it is', async () => {
    const answer = await post('customer', customer({ name: HOSTILE }));
    const page = await browser.page(answer.headers.get('location') as string);
    expect(page).toContain('POST /users was answered 201');
    expect(page).not.toContain('<script>alert');
    expect(page).toContain('&lt;script>alert');
    expect(page).toContain(`href="/console/users/${placeAfter(answer)['userId']}"`);
  });

  it('says in the words of the API why nobody was signed up', async () => {
    const email = newEmail();
    await signUp({ email });
    for (const [changes, status, words] of [
      [{ email }, 409, 'already'],
      [{ externalBank: 'MY BANK' }, 400, '<code>externalBank</code>'],
    ] as const) {
      const answer = await post('customer', customer(changes));
      expect([answer.status, await answer.text()]).toEqual([status, expect.stringContaining(words)]);
    }
  });

  it('signs one customer up, and pays once, however often a form is sent', async () => {
    const form = { idempotencyKey: newKey(), ...customer() };
    const [userId, again] = [await signUp(form), await signUp(form)];
    expect(again).toBe(userId);
    const order = { idempotencyKey: newKey(), partnerPayKey: newKey() };
    const [first, second] = [await pay(userId, order), await pay(userId, order)];
    expect(second).toEqual({ ...first, answer: '409' });
    expect(first['answer']).toBe('201');
  });

  it('does what its command lines do', async () => {
    const signUpCommand = commandOf(await browser.page(SANDBOX), '/users');
    const { detail } = await done(stack.api.send<{ userId: number }>('POST', '/users', signUpCommand.body));
    const page = await browser.page(`${SANDBOX}?userId=${detail.userId}`);
    const { key, body } = commandOf(page, '/payments');
    expect(body).toMatchObject({ userId: detail.userId, partnerId: 100, totalPayAmount: 23_000 });
    await done(stack.api.send('POST', '/payments', body, { key }));
    for (const path of ['/sandbox/bank', '/sandbox/clock']) {
      await done(stack.api.send('PUT', path, commandOf(page, path).body));
    }
    await done(stack.api.send('PUT', '/sandbox/clock', { offsetSeconds: 0 }));
    expect(page).not.toContain('Authorization');
  });

  it('has the bank lie once, and follows the payment until its story ends', async () => {
    const userId = await signUp();
    expect(placeAfter(await post('bank', { lie: 'inProgressThenDone', userId }))).toMatchObject({
      answer: '200',
      userId,
    });
    expect(await browser.page(SANDBOX)).toContain('inProgressThenDone (at most: 1)');
    const { paymentId, answer } = await pay(userId);
    expect(answer).toBe('202');
    const open = await storyOf(paymentId);
    expect(open).toContain('Nobody knows yet');
    expect(open).toMatch(/hx-get="\/console\/sandbox\/payments\/\d+" hx-trigger="[^"]*every 1s"/);
    const ended = await eventually(
      () => storyOf(paymentId),
      (page) => page.includes('It is approved.'),
      60_000,
    );
    for (const words of ['The partner asks for ₩23,000', 'The bank has paid', '₩23,000 is approved']) {
      expect(ended).toContain(words);
    }
    expect(ended).not.toContain('every 1s');
    expect((await pay(userId))['answer']).toBe('201');
  });

  it.each([
    ['answerLost', '201'],
    ['hang', '202'],
    ['inProgressThenRefused', '202'],
    ['maintenance', '503'],
    ['accountClosed', '503'],
    ['transferLimit', '422'],
  ])('promises of a lie what then comes of it: %s is %s', async (lie, status) => {
    const promised = new RegExp(`value="${lie}"(?:(?!</label>).)*[Tt]he payment is ${status}`, 's');
    expect(await browser.page(SANDBOX)).toMatch(promised);
    await post('bank', { lie });
    expect((await pay(await signUp()))['answer']).toBe(status);
  });

  it('tells the story of a payment that was refused, too', async () => {
    const userId = await signUp();
    await post('bank', { lie: 'balanceShort' });
    const place = await pay(userId);
    expect(place['answer']).toBe('422');
    const page = await browser.page(`${SANDBOX}?${new URLSearchParams(place).toString()}`);
    for (const words of ['POST /payments was answered 422', 'It failed.', 'NotEnoughAccountBalance']) {
      expect(page).toContain(words);
    }
  });

  it('shows what never became a payment as refused', async () => {
    const fields = { userId: '999999999', totalPayAmount: '1000', partnerPayKey: newKey() };
    const answer = await post('payment', fields);
    expect([answer.status, await answer.text()]).toEqual([404, expect.stringContaining('InvalidUserId')]);
    const lie = await post('bank', { lie: 'whiteLie' });
    expect([lie.status, await lie.text()]).toEqual([400, expect.stringContaining('<code>lie</code>')]);
  });

  it('charges an account, and only authorises until the clock is moved', async () => {
    const userId = await signUp();
    expect(placeAfter(await post('charge', { userId, chargeAmount: '50000' }))['answer']).toBe('200');
    expect(await browser.page(`${SANDBOX}?userId=${userId}`)).toContain('₩50,000');
    const { paymentId } = await pay(userId, { capture: 'MANUAL' });
    expect(await storyOf(paymentId)).toContain('move the clock in step 5');
    const moved = await post('clock', {
      offsetSeconds: String(8 * DAY_SECONDS),
      userId,
      paymentId: paymentId as string,
    });
    expect(placeAfter(moved)).toEqual({ userId, paymentId, did: 'clock', answer: '200' });
    const ended = await eventually(
      () => storyOf(paymentId),
      (page) => page.includes('It is voided'),
      60_000,
    );
    expect(ended).toContain('The authorisation has expired');
    await post('clock', { offsetSeconds: '0' });
  });

  it('says so where the service knows of no simulator', async () => {
    const service = await aService({ AUTH: 'optional', CONSOLE_SESSION_KEYS: SESSION_KEY, BANK_SIMULATOR_URL: '' });
    try {
      const other = new ConsoleBrowser(service.baseUrl);
      await other.get('/console/sign-in');
      await other.post('/console/sign-in', { withoutKey: 'yes' });
      expect(await other.page(SANDBOX)).toMatch(/BANK_SIMULATOR_URL.*Move the clock/s);
    } finally {
      await service.stop();
    }
  });

  describe('of a service that requires keys', () => {
    let service: ServiceProgram;
    beforeAll(async () => {
      await aKey('operator');
      const env = { AUTH: 'required', CONSOLE_SESSION_KEYS: SESSION_KEY, BANK_SIMULATOR_URL: stack.bank.url };
      service = await aService(env);
    });
    afterAll(() => service?.stop());

    it.each(['operator', 'auditor'] as const)('says to an %s which steps take another key', async (role) => {
      const visitor = new ConsoleBrowser(service.baseUrl);
      await visitor.signIn(await aKey(role));
      const page = await visitor.page(SANDBOX);
      expect(page).toContain('It takes a service with AUTH=optional');
      expect(page).toContain('Authorization: Bearer $KEY');
      const forms = [...page.matchAll(/action="\/console\/sandbox\/(\w+)"/g)].map(([, step]) => step);
      expect(forms).toEqual(role === 'operator' ? ['bank', 'clock'] : []);
      const answer = await visitor.post(`${SANDBOX}/customer`, { idempotencyKey: newKey(), ...customer() });
      expect([answer.status, await answer.text()]).toEqual([403, expect.stringContaining('not allowed')]);
    });
  });

  describeIf(chromium !== undefined, 'Chromium', 'in a browser', () => {
    let opened: BrowserPage;
    beforeEach(async () => {
      opened = await BrowserPage.open(chromium as string, stack.baseUrl);
      await opened.page.setExtraHTTPHeaders({ 'accept-language': 'en' });
      await opened.page.goto(stack.baseUrl);
    });
    afterEach(async () => {
      await opened.close();
      expect(opened.mistakes).toEqual([]);
    });

    const haveBankLieAndPay = async (lie: string, status: number) => {
      const { page } = opened;
      await page.getByRole('radio', { name: new RegExp(`^${lie} `) }).check();
      await page.getByRole('button', { name: 'Have it so' }).click();
      await page.getByText('PUT /sandbox/bank was answered 200').waitFor();
      await page.getByRole('button', { name: 'Pay', exact: true }).click();
      await page
        .locator('.notice:focus')
        .filter({ hasText: `POST /payments was answered ${status}` })
        .waitFor();
    };

    it('walks a newcomer from the front door to a payment that nobody knew about, and that settles', async () => {
      const { page } = opened;
      await opened.picture('sandbox-0-sign-in');
      await page.getByRole('button', { name: 'Continue without a key' }).click();
      await page.getByRole('heading', { name: 'Sandbox: follow one payment' }).waitFor();
      await page.getByRole('button', { name: 'Sign up' }).click();
      await page.locator('.notice:focus').filter({ hasText: 'POST /users was answered 201' }).waitFor();
      await opened.picture('sandbox-1-signed-up');
      await haveBankLieAndPay('answerLost', 201);
      await page.locator('#story').getByText('It is approved.').waitFor();
      await haveBankLieAndPay('inProgressThenDone', 202);
      await page.locator('#story').getByText('Nobody knows yet').waitFor();
      await opened.picture('sandbox-2-unknown');
      const address = page.url();
      await page.locator('#story').getByText('It is approved.').waitFor();
      await opened.picture('sandbox-3-settled');
      expect(page.url()).toBe(address);
      // What is known is not asked for again.
      const asked: string[] = [];
      page.on('request', (request) => asked.push(request.url()));
      await page.waitForTimeout(2_500);
      expect(asked).toEqual([]);
      await page.getByRole('link', { name: /^Customer \d+$/ }).waitFor();
    });

    it('is pleasant to look at and to listen to', async () => {
      await opened.page.getByRole('button', { name: 'Continue without a key' }).click();
      await opened.page.getByRole('heading', { name: 'Sandbox: follow one payment' }).waitFor();
      const userId = await signUp({ name: HOSTILE });
      const { paymentId } = await pay(userId);
      const place = `?userId=${userId}&paymentId=${paymentId}&did=payment&answer=201`;
      expect(await looksOf(opened, { name: 'sandbox-new', url: stack.baseUrl + SANDBOX })).toEqual([]);
      expect(await looksOf(opened, { name: 'sandbox', url: stack.baseUrl + SANDBOX + place })).toEqual([]);
    });
  });
});
