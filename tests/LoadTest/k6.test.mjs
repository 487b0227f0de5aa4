// The k6 journey against a real edge, and its script with k6's modules made by hand. Run by K6Tests, which gives the edge
// and the key: EDGE_URL, FLASHSALE_ADMIN_KEY.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { register } from 'node:module';
import { test } from 'node:test';

import {
  BEHAVIOURS, arrive, ask, behaviourAt, heed, isAtRest, parseMix, prove, wrongIn,
} from '../../loadtest/k6/journey.js';

const EDGE = process.env.EDGE_URL;
const KEY = process.env.FLASHSALE_ADMIN_KEY;
const sha256 = text => createHash('sha256').update(text).digest('hex');

async function admin(method, path, body) {
  const answer = await fetch(EDGE + path, {
    method, body: body && JSON.stringify(body), headers: { Authorization: `Bearer ${KEY}`, 'Content-Type': 'application/json' },
  });
  assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${await answer.clone().text()}`);
  return answer.json();
}

async function newSale(settings = {}) {
  const sale = `k6-${Math.random().toString(36).slice(2)}`;
  await admin('PUT', `/admin/sales/${sale}`, {
    name: 'k6', inventory: 5, price: { amount: 100, currency: 'usd' }, startsAt: new Date().toISOString(), ...settings });
  return sale;
}

// Walks one shopper; returns the steps.
async function walk(one) {
  const steps = [];
  while (!one.ending) {
    const { step, method, path, headers, body } = ask(one);
    steps.push(step);
    const answer = await fetch(EDGE + path, { method, headers, body: body ?? undefined, redirect: 'manual' });
    heed(one, { status: answer.status, text: await answer.text(), retryAfter: Number(answer.headers.get('Retry-After')) || null }, Date.now());
    if (one.challenge && !one.proof) one.proof = prove(one.challenge.challenge, one.challenge.bits, sha256);
    await new Promise(done => setTimeout(done, one.pauseMs));
  }
  return steps;
}

const ENDS = {
  Buys: ['Bought', ['join', 'claim', 'reserve', 'pay']],
  DeclinedOnce: ['Bought', ['join', 'claim', 'reserve', 'pay', 'pay']],
  NeverPays: ['AsPlanned', ['join', 'claim', 'reserve']],
  NeverComes: ['AsPlanned', ['join']],
  WandersOff: ['AsPlanned', ['join']],
  GivesBack: ['AsPlanned', ['join', 'claim', 'reserve', 'give back']],
};

for (const behaviour of BEHAVIOURS) {
  test(`${behaviour} ends as it should`, async () => {
    const one = arrive(await newSale(), behaviour, Math.random);

    const steps = await walk(one);

    assert.deepEqual([one.ending, steps.filter(step => step !== 'poll' && step !== 'read')], ENDS[behaviour], one.why);
  });
}

test('who comes when all is sold is told so', async () => {
  const sale = await newSale({ inventory: 1 });
  await walk(arrive(sale, 'Buys', Math.random));
  const late = arrive(sale, 'Buys', Math.random);

  await walk(late);

  assert.equal(late.ending, 'SoldOut');
  const audit = await admin('GET', `/admin/sales/${sale}/audit?provider=true`);
  assert.ok(isAtRest(audit) && audit.sold === 1, JSON.stringify(audit));
});

test('who is asked for work does it', async () => {
  const one = arrive(await newSale({ proofOfWork: { bits: 8, aboveJoinsPerSecond: 0 } }), 'Buys', Math.random);

  const steps = await walk(one);

  assert.equal(one.ending, 'Bought', one.why);
  assert.deepEqual(steps.slice(0, 2), ['join', 'join']);
});

test('an answer that breaks the contract ends a journey, one that is too busy repeats it', () => {
  const one = arrive('s', 'Buys', Math.random);

  heed(one, { status: 503, text: '{"code":"unavailable"}', retryAfter: 2 }, 0);
  assert.deepEqual([one.next, one.pauseMs, one.ending], ['join', 2000, null]);
  heed(one, { status: 0, text: '', retryAfter: null }, 0);
  assert.deepEqual([one.next, one.pauseMs, one.ending], ['join', 1000, null]);
  heed(one, { status: 500, text: 'oops', retryAfter: null }, 0);
  assert.deepEqual([one.ending, one.why], ['Failed', 'join: unexpected 500 (no problem document)']);
});

test('a mix is drawn by its shares, and a wrong one is a sentence', () => {
  const mix = parseMix('NeverPays=0.25, GivesBack=0.25');

  assert.deepEqual([0.2, 0.4, 0.5].map(draw => behaviourAt(mix, draw)), ['NeverPays', 'GivesBack', 'Buys']);
  assert.throws(() => parseMix('Juggles=0.1'), /no behaviour Juggles/);
  assert.throws(() => parseMix('Buys=2'), /between 0 and 1/);
  assert.throws(() => parseMix('NeverPays='), /between 0 and 1/);
  assert.throws(() => parseMix('NeverPays=0.1,NeverPays=0.1'), /there twice/);
  assert.throws(() => parseMix('NeverPays=0.6,GivesBack=0.6'), /exceed 1/);
});

test('an audit is clean only when ledger, line and provider were all looked at', () => {
  const clean = { ok: true, violations: [], line: {}, provider: true, held: 0, admitted: 0 };

  assert.deepEqual(wrongIn(clean, true), []);
  for (const [change, what] of [
    [{ ok: false }, 'it does not say'], [{ violations: ['x'], ok: false }, '"x"'], [{ line: null }, 'no waiting room'],
    [{ provider: false }, 'the provider'], [{ held: 1 }, '1 units in carts'],
  ]) assert.ok(wrongIn({ ...clean, ...change }, true).join().startsWith(what), what);
  assert.deepEqual(wrongIn({ ...clean, held: 1 }, false), []);
});

test('the script makes a sale, walks shoppers, audits, and judges each by a threshold', async () => {
  register('./k6-hooks.mjs', import.meta.url);
  globalThis.__ENV = {
    URL: EDGE, FLASHSALE_ADMIN_KEY: KEY, UNITS: '3', RATE: '5', DURATION: '10s', LEAST_SOLD: '2', MIX: 'GivesBack=0' };
  const { default: shopper, options, setup, teardown } = await import('../../loadtest/k6/flashsale.js');
  const { metrics, requests } = await import('./k6-stubs.mjs');
  const data = setup();

  for (let i = 0; i < 3; i++) shopper(data);
  teardown(data);

  assert.equal(options.scenarios.shoppers.executor, 'constant-arrival-rate');
  const own = Object.keys(options.thresholds).filter(name => !/^(http_|dropped_)/.test(name));
  for (const name of own) {
    const [, what, comparison, limit] = options.thresholds[name][0].match(/^(\w+)([<>=]+)([\d.]+)$/);
    const value = metrics[name].value[what];
    const held = { '==': value === Number(limit), '<=': value <= Number(limit), '>=': value >= Number(limit) }[comparison];
    assert.ok(held, `${name} ${options.thresholds[name][0]}: ${value}`);
  }
  assert.deepEqual(own, ['shoppers_failed', 'shoppers_too_slow', 'shoppers_ended', 'audit_clean', 'shoppers_bought']);
  assert.equal(metrics.shoppers_bought.value.count, 3);
  for (const timed of Object.keys(options.thresholds).filter(name => name.startsWith('http_req_duration'))) {
    assert.deepEqual(options.thresholds[timed.replace('http_req_duration', 'http_reqs')], ['count>0'], timed);
  }
  assert.ok(requests.filter(request => request.tags.step !== 'admin').every(request => request.jar && request.tags.name === request.tags.step));
});

test('an audit that is not to be had fails the teardown', async () => {
  const { teardown } = await import('../../loadtest/k6/flashsale.js');
  const sale = await newSale();
  await walk(arrive(sale, 'NeverPays', Math.random));

  assert.throws(() => teardown({ sale: 'no-such-sale', isOwn: false }), /answered 404/);
  // A sale that others go on with is judged as it is, with a unit in a cart.
  teardown({ sale, isOwn: false });
});
