// Stripe's own Node client goes with the payment simulator through the whole life of an intent, in every way in which it can
// end; then every answer is held to the client's own types. Arguments: the simulator's address, its secret key, its
// publishable key. Ends with 1 and says why when anything is not as with Stripe.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Stripe from 'stripe';

const [url, key, publishable] = process.argv.slice(2);
const here = dirname(fileURLToPath(import.meta.url));
const address = new URL(url);
const clientOf = secret => new Stripe(secret, {
  host: address.hostname, port: +address.port, protocol: address.protocol.slice(0, -1), maxNetworkRetries: 0, telemetry: false,
});
const stripe = clientOf(key), page = clientOf(publishable);

const answers = [];
/** Keeps an answer, to hold it to its type. */
function kept(type, answer) { answers.push([type, JSON.parse(JSON.stringify(answer))]); return answer; }
const intent = answer => kept('PaymentIntent', answer);
const refused = async (call, status, type, code) => {
  const error = await call.then(() => assert.fail('it was not refused'), e => e);
  assert.deepEqual([error.statusCode, error.rawType, error.code || undefined], [status, type, code], error.message);
  if (error.payment_intent) intent(error.payment_intent);
  return error;
};
const create = (more = {}) => stripe.paymentIntents.create({
  amount: 99900, currency: 'usd', capture_method: 'manual', automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
  metadata: { sale: 'life', reservation: 'r' }, description: 'A phone', ...more,
});
const challenge = async (id, outcome) => {
  const answer = await fetch(`${url}/sim/challenges/${id}`, {
    method: 'PUT', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ outcome }),
  });
  assert.equal(answer.status, 200);
};

async function aGoodCard() {
  const made = intent(await create({ statement_descriptor_suffix: 'PHONE', receipt_email: 'ada@example.com' }));
  assert.equal(made.status, 'requires_payment_method');
  assert.equal(made.latest_charge, null);
  const authorised = intent(await stripe.paymentIntents.confirm(made.id, { payment_method: 'pm_card_visa', use_stripe_sdk: true }));
  assert.equal(authorised.status, 'requires_capture');
  assert.equal(authorised.next_action, null);
  const captured = intent(await stripe.paymentIntents.capture(made.id));
  assert.deepEqual([captured.status, captured.amount_received], ['succeeded', 99900]);
  const part = kept('Refund', await stripe.refunds.create({ payment_intent: made.id, amount: 900, reason: 'requested_by_customer' }));
  assert.equal(part.reason, 'requested_by_customer');
  kept('Refund', await stripe.refunds.create({ payment_intent: made.id }));
  await refused(stripe.refunds.create({ payment_intent: made.id }), 400, 'invalid_request_error', 'charge_already_refunded');
  const whole = intent(await stripe.paymentIntents.retrieve(made.id, { expand: ['latest_charge', 'payment_method'] }));
  kept('Charge', whole.latest_charge); kept('PaymentMethod', whole.payment_method);
  assert.deepEqual([whole.latest_charge.refunded, whole.latest_charge.amount_refunded], [true, 99900]);
  await refused(stripe.paymentIntents.cancel(made.id), 400, 'invalid_request_error', 'payment_intent_unexpected_state');
}

async function moneyThatGoesBack() {
  const made = intent(await create({ payment_method: 'pm_card_visa', confirm: true, use_stripe_sdk: true }));
  await stripe.paymentIntents.capture(made.id);
  const put = async (path, body) => assert.ok((await fetch(`${url}/sim/${path}`, {
    method: 'PUT', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body),
  })).ok);
  const refund = kept('Refund', await stripe.refunds.create({ payment_intent: made.id, metadata: { attempt: '1' } }));
  assert.deepEqual(refund.metadata, { attempt: '1' });
  // It comes back, as the card is closed: what is left to refund is all of it again.
  await put(`refunds/${refund.id}`, { outcome: 'fail' });
  assert.equal(kept('Refund', await stripe.refunds.retrieve(refund.id)).status, 'failed');
  kept('Refund', await stripe.refunds.create({ payment_intent: made.id, amount: 900 }));
  const list = kept('ApiList<Stripe.Refund>', await stripe.refunds.list({ payment_intent: made.id, created: { gte: made.created } }));
  assert.deepEqual(list.data.map(one => one.status), ['succeeded', 'failed']);
  await put(`disputes/${made.id}`, { status: 'needs_response' });
  const disputes = kept('ApiList<Stripe.Dispute>', await stripe.disputes.list({ payment_intent: made.id }));
  assert.deepEqual(disputes.data.map(one => [one.status, one.payment_intent]), [['needs_response', made.id]]);
}

async function anAuthorisationThatIsCancelled() {
  const made = intent(await create({ payment_method: 'pm_card_mastercard', confirm: true, use_stripe_sdk: true }));
  await refused(stripe.paymentIntents.cancel(made.id, { cancellation_reason: 'whim' }), 400, 'invalid_request_error', undefined);
  const gone = intent(await stripe.paymentIntents.cancel(made.id, { cancellation_reason: 'abandoned', expand: ['latest_charge'] }));
  assert.deepEqual([gone.status, gone.cancellation_reason, gone.amount_received], ['canceled', 'abandoned', 0]);
  // The charge stays: never captured, and "refunded".
  const charge = kept('Charge', gone.latest_charge);
  assert.deepEqual([charge.captured, charge.refunded, charge.amount_refunded, charge.status], [false, true, 99900, 'succeeded']);
}

async function cardsThatAreDeclined() {
  for (const [card, code, decline] of [
    ['pm_card_chargeDeclined', 'card_declined', 'generic_decline'], ['pm_card_chargeDeclinedExpiredCard', 'expired_card', undefined],
    ['pm_card_chargeDeclinedInsufficientFunds', 'card_declined', 'insufficient_funds'],
  ]) {
    const made = intent(await create());
    const error = await refused(stripe.paymentIntents.confirm(made.id, { payment_method: card, use_stripe_sdk: true }), 402, 'card_error', code);
    assert.equal(error.decline_code || undefined, decline);
    const after = intent(await stripe.paymentIntents.retrieve(made.id, { expand: ['latest_charge'] }));
    // Absent where there is none, not null.
    assert.equal('decline_code' in after.last_payment_error, decline !== undefined);
    assert.deepEqual([after.status, after.payment_method], ['requires_payment_method', null]);
    assert.equal(kept('Charge', after.latest_charge).paid, false);
    assert.equal(intent(await stripe.paymentIntents.confirm(made.id, { payment_method: 'pm_card_visa', use_stripe_sdk: true })).status, 'requires_capture');
  }
}

async function challengesThatPassFailAndAreLeftOpen() {
  const ask = async (card, options = { use_stripe_sdk: true }) => {
    const made = intent(await create());
    const asked = intent(await stripe.paymentIntents.confirm(made.id, { payment_method: card, ...options }));
    assert.equal(asked.status, 'requires_action');
    assert.equal(asked.latest_charge, null);
    return asked;
  };
  const passes = await ask('pm_card_authenticationRequired');
  assert.equal(passes.next_action.type, 'use_stripe_sdk');
  // The page sees its own intent with the publishable key, and nothing else.
  const seen = await fetch(`${url}/v1/payment_intents/${passes.id}?client_secret=${passes.client_secret}`,
    { headers: { Authorization: 'Basic ' + Buffer.from(publishable + ':').toString('base64') } }).then(r => r.json());
  assert.equal(intent(seen).status, 'requires_action');
  const other = intent(await create());
  assert.equal((await fetch(`${url}/v1/payment_intents/${other.id}?client_secret=${passes.client_secret}`,
    { headers: { Authorization: 'Bearer ' + publishable } })).status, 404);
  await refused(page.paymentIntents.create({ amount: 100, currency: 'usd' }), 401, 'invalid_request_error', undefined);
  await refused(page.paymentIntents.list(), 401, 'invalid_request_error', undefined);
  await challenge(passes.id, 'pass');
  await challenge(passes.id, 'pass');
  assert.equal(intent(await stripe.paymentIntents.retrieve(passes.id)).status, 'requires_capture');
  assert.equal(intent(await stripe.paymentIntents.capture(passes.id)).status, 'succeeded');

  const fails = await ask('pm_card_threeDSecure2Required', { return_url: 'http://127.0.0.1:9/back' });
  assert.equal(fails.next_action.redirect_to_url.return_url, 'http://127.0.0.1:9/back');
  assert.ok((await fetch(fails.next_action.redirect_to_url.url)).ok);
  await challenge(fails.id, 'fail');
  const failed = intent(await stripe.paymentIntents.retrieve(fails.id));
  assert.deepEqual([failed.status, failed.last_payment_error.code], ['requires_payment_method', 'payment_intent_authentication_failure']);

  const declined = await ask('pm_card_threeDSecureRequiredChargeDeclined');
  await challenge(declined.id, 'pass');
  assert.equal(intent(await stripe.paymentIntents.retrieve(declined.id)).last_payment_error.code, 'card_declined');

  const open = await ask('pm_card_authenticationRequired');
  assert.equal(intent(await stripe.paymentIntents.cancel(open.id)).status, 'canceled');
  await challenge(open.id, 'pass');
  assert.equal(intent(await stripe.paymentIntents.retrieve(open.id)).status, 'canceled');
}

async function whatThePageMakes() {
  const form = body => fetch(`${url}/v1/confirmation_tokens`, {
    method: 'POST', headers: { Authorization: 'Bearer ' + publishable }, body: new URLSearchParams(body),
  }).then(r => r.json());
  const token = kept('ConfirmationToken', await form({ 'payment_method_data[type]': 'card', 'payment_method_data[card][number]': '4242424242424242' }));
  const made = intent(await create());
  const paid = intent(await stripe.paymentIntents.confirm(made.id, { confirmation_token: token.id, use_stripe_sdk: true }));
  assert.equal(paid.status, 'requires_capture');
  assert.equal((await form({ 'payment_method_data[type]': 'card', 'payment_method_data[card][number]': '1234' })).error.code, 'incorrect_number');
}

async function theHostedPage() {
  const session = answer => kept('Checkout.Session', answer);
  const open = (more = {}) => stripe.checkout.sessions.create({
    mode: 'payment', success_url: `${url}/sim/calls`, cancel_url: `${url}/sim/calls`, client_reference_id: 'r', metadata: { attempt: '1' },
    allowed_payment_method_types: ['card'], adaptive_pricing: { enabled: false },
    line_items: [{ quantity: 1, price_data: { currency: 'usd', unit_amount: 99900, product_data: { name: 'A phone' } } }],
    payment_intent_data: { capture_method: 'manual', metadata: { sale: 'life', reservation: 'r' }, receipt_email: 'ada@example.com' }, ...more,
  });
  const pay = (page, card) => fetch(page.url, {
    method: 'POST', redirect: 'manual', body: new URLSearchParams({ number: card, expiry: '12/34', cvc: '123' }),
  });
  const again = async page => session(await stripe.checkout.sessions.retrieve(page.id));
  const page = session(await open());
  assert.deepEqual([page.status, page.payment_intent, page.payment_status], ['open', null, 'unpaid']);
  assert.ok((await (await fetch(page.url)).text()).includes('A phone'));

  assert.equal((await pay(page, '4000000000000002')).headers.get('location'), new URL(page.url).pathname);
  assert.ok((await (await fetch(page.url)).text()).includes('declined'));
  const tried = await again(page);
  assert.equal(tried.status, 'open');
  // The page's own: nobody else confirms or cancels it.
  await refused(stripe.paymentIntents.confirm(tried.payment_intent, { payment_method: 'pm_card_visa' }), 400, 'invalid_request_error', 'payment_intent_unexpected_state');
  await refused(stripe.paymentIntents.cancel(tried.payment_intent), 400, 'invalid_request_error', 'payment_intent_unexpected_state');
  assert.ok((await pay(page, '4000002760003184')).headers.get('location').startsWith('/sim/challenges/'));
  await challenge(tried.payment_intent, 'pass');
  const done = await again(page);
  assert.deepEqual([done.status, done.url, done.payment_intent], ['complete', null, tried.payment_intent]);
  const authorised = intent(await stripe.paymentIntents.retrieve(done.payment_intent));
  assert.deepEqual([authorised.status, authorised.metadata.sale, authorised.receipt_email], ['requires_capture', 'life', 'ada@example.com']);
  await refused(stripe.checkout.sessions.expire(page.id), 400, 'invalid_request_error', undefined);
  assert.equal(intent(await stripe.paymentIntents.capture(done.payment_intent)).status, 'succeeded');
  assert.equal((await again(page)).payment_status, 'paid');

  const left = session(await open());
  assert.equal(session(await stripe.checkout.sessions.expire(left.id)).status, 'expired');
  await pay(left, '4242424242424242');
  assert.deepEqual([(await again(left)).status, (await again(left)).payment_intent], ['expired', null]);
  await refused(stripe.checkout.sessions.retrieve('cs_nobody'), 404, 'invalid_request_error', 'resource_missing');
  await refused(open({ success_url: undefined }), 400, 'invalid_request_error', 'parameter_missing');
}

async function whatIsRefused() {
  const price = (amount, currency) => create({ amount, currency });
  await refused(price(49, 'usd'), 400, 'invalid_request_error', 'amount_too_small');
  await refused(price(100_000_000, 'usd'), 400, 'invalid_request_error', 'amount_too_large');
  await refused(price(5000, 'xyz'), 400, 'invalid_request_error', undefined);
  await refused(price(12345, 'kwd'), 400, 'invalid_request_error', 'parameter_invalid_integer');
  intent(await price(1_500_000_000, 'idr'));
  intent(await price(50, 'jpy'));
  await refused(stripe.paymentIntents.retrieve('pi_nobody'), 404, 'invalid_request_error', 'resource_missing');
  await refused(stripe.paymentIntents.search({ query: 'what are these' }), 400, 'invalid_request_error', undefined);
  await refused(stripe.paymentIntents.search({ query: "metadata['sale']:'life' AND colour:'red'" }), 400, 'invalid_request_error', undefined);
  await refused(stripe.paymentIntents.retrieve((await create()).id, { expand: ['everything'] }), 400, 'invalid_request_error', undefined);
  await refused(clientOf('sk_test_of_someone_else').paymentIntents.list(), 401, 'invalid_request_error', undefined);
}

async function whatIsFound() {
  const found = kept('ApiSearchResult<Stripe.PaymentIntent>', await stripe.paymentIntents.search({ query: "metadata['sale']:'life'", limit: 3, expand: ['data.latest_charge'] }));
  assert.equal(found.data.length, 3);
  assert.ok(found.next_page);
  const list = kept('ApiList<Stripe.PaymentIntent>', await stripe.paymentIntents.list({ limit: 2 }));
  assert.equal(list.has_more, true);
  const all = await stripe.paymentIntents.search({ query: "status:'canceled' AND metadata['sale']:'life'", limit: 100 });
  assert.ok(all.data.length >= 2 && all.data.every(one => one.status === 'canceled'));
  all.data.forEach(intent);
}

async function aKeyThatIsUsedTwice() {
  const once = { idempotencyKey: 'life-' + Date.now() };
  const options = { amount: 500, currency: 'eur' };
  const first = intent(await stripe.paymentIntents.create(options, once));
  assert.equal(intent(await stripe.paymentIntents.create(options, once)).id, first.id);
  await refused(stripe.paymentIntents.create({ ...options, amount: 600 }, once), 400, 'idempotency_error', undefined);
}

/** TypeScript, strict, with the client's own declarations: nothing missing, nothing of another type, nothing unknown. */
function holdToTypes() {
  const folder = mkdtempSync(join(tmpdir(), 'flashsale-types-'));
  try {
    symlinkSync(join(here, 'node_modules'), join(folder, 'node_modules'));
    writeFileSync(join(folder, 'answers.ts'), "import Stripe from 'stripe';\n" + answers.map(([type, answer], n) =>
      `export const a${n} = ${JSON.stringify(answer)} satisfies ${type.startsWith('Api') ? 'Stripe.' + type : 'Stripe.' + type};`).join('\n'));
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({
      compilerOptions: {
        strict: true, noEmit: true, skipLibCheck: true, module: 'nodenext', moduleResolution: 'nodenext', target: 'es2022', types: ['node'],
      }, files: ['answers.ts'],
    }));
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    execFileSync(process.execPath, [join(here, 'node_modules/typescript/bin/tsc'), '-p', folder], { stdio: 'pipe' });
  } catch (error) {
    throw new Error(`${error.stdout}`.split('\n').slice(0, 40).map(line => line.slice(0, 600)).join('\n') || error.message);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

for (const part of [aGoodCard, moneyThatGoesBack, anAuthorisationThatIsCancelled, cardsThatAreDeclined, challengesThatPassFailAndAreLeftOpen,
  whatThePageMakes, theHostedPage, whatIsRefused, whatIsFound, aKeyThatIsUsedTwice]) {
  try {
    await part();
  } catch (error) {
    error.message = `${part.name}: ${error.message}`;
    throw error;
  }
}
holdToTypes();
console.log(`${answers.length} of ${answers.length} answers are of the client's own types`);
