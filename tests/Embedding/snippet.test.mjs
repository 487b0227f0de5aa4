// The browser snippet with a browser's few objects made by hand. Run by SnippetTests; alone: node --test tests/Embedding/

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';

const EDGE = 'https://line.example';
const source = await readFile(new URL('../../gateway/Snippet/waitingroom.js', import.meta.url), 'utf8');
let copies = 0;

const token = (claims = {}) => ['e30', Buffer.from(JSON.stringify({
  sale: 'xphone', unit: 7, jti: 'a-1', redeemBy: 4e9, exp: 4e9, ...claims })).toString('base64url'), 'sig'].join('.');

// A fresh module in a fresh tab at that address.
async function tab(href, answers = () => ({ status: 200, body: {} })) {
  const stored = new Map();
  const gone = [];
  const sent = [];
  globalThis.location = { href, assign: url => gone.push(url) };
  globalThis.history = { state: null, replaceState: (_, __, url) => { globalThis.location.href = url; } };
  globalThis.sessionStorage = {
    getItem: name => stored.get(name) ?? null, setItem: (name, value) => stored.set(name, value),
    removeItem: name => stored.delete(name),
  };
  globalThis.fetch = async (url, init) => {
    sent.push({ url: String(url), ...init });
    const { status, body } = answers(String(url));
    const answer = new Response(JSON.stringify(body), { status });
    Object.defineProperty(answer, 'url', { value: String(url) });
    return answer;
  };
  delete globalThis.waitingRoom;
  const text = source.replace('import.meta.url', `'${EDGE}/waitingroom.js'`);
  const { waitingRoom } = await import(`data:text/javascript,${encodeURIComponent(text)}//${copies++}`);
  return { waitingRoom, stored, gone, sent };
}

// The worker, as a browser would run it.
const work = await readFile(new URL('../../gateway/Snippet/waitingroom-work.js', import.meta.url), 'utf8');
const solve = message => {
  let proof;
  new Function('postMessage', `var onmessage; ${work}; return onmessage;`)(found => { proof = found; })({ data: message });
  return proof;
};

// Turns and not a time: what is ready has run, on a slow machine too.
const soon = async () => { for (let turn = 0; turn < 100; turn++) await new Promise(resolve => setImmediate(resolve)); };

test('without an admission the browser goes to the line, and would come back here', async () => {
  const { waitingRoom, gone } = await tab('https://shop.example/buy?a=1#top');
  waitingRoom.enter({ sale: 'xphone', enqueueToken: 'e.e.e' });
  await soon();
  const url = new URL(gone[0]);
  assert.equal(url.origin + url.pathname, `${EDGE}/line/xphone`);
  assert.equal(url.searchParams.get('returnUrl'), 'https://shop.example/buy?a=1#top');
  assert.equal(url.searchParams.get('enqueueToken'), 'e.e.e');
});

test('nothing of an address is written anew, and one that is too long loses its query', async () => {
  const { waitingRoom } = await tab('https://shop.example/');
  const page = returnUrl => new URL(waitingRoom.lineUrl({ sale: 'xphone', returnUrl })).searchParams.get('returnUrl');
  for (const kept of ['?a=x|y&b=%7E~&c=a+b%20c&d&&e=', '/%2F//x;y=z?q=%257B#f|g', '?admissions=1', '?'])
    assert.equal(page(`https://shop.example/buy${kept}`), `https://shop.example/buy${kept}`);
  assert.equal(page('https://shop.example/buy?a=x|y&%61dmission=old&b=a+b#c'), 'https://shop.example/buy?a=x|y&b=a+b#c');
  assert.equal(page(`https://shop.example/buy?a=${'|'.repeat(3000)}`), 'https://shop.example/buy');
  assert.equal(page(`https://shop.example/${'a'.repeat(3000)}`), 'https://shop.example/');
});

test('an admission leaves the URL, is kept for the tab, and is told', async () => {
  const good = token();
  const { waitingRoom, stored } = await tab(`https://shop.example/buy?a=1&admission=${good}`);
  let told = null;
  waitingRoom.addEventListener('admitted', event => { told = event.detail; });
  const admission = await waitingRoom.enter({ sale: 'xphone' });
  assert.equal(admission.unit, 7);
  assert.equal(told.token, good);
  assert.equal(location.href, 'https://shop.example/buy?a=1');
  assert.equal(stored.get('fs-admission-xphone'), good);
  assert.equal((await waitingRoom.enter({ sale: 'xphone' })).token, good);
});

test('what is no admission to this sale is taken from the URL too, and not kept', async () => {
  for (const bad of ['x', '', token({ sale: 'other' }), token({ exp: 1 })]) {
    const { waitingRoom, stored, gone } = await tab(`https://shop.example/buy?admission=${bad}`);
    waitingRoom.enter({ sale: 'xphone' });
    await soon();
    assert.equal(location.href, 'https://shop.example/buy');
    assert.equal(stored.size, 0);
    assert.equal(gone.length, 1);
  }
});

test('the token goes to the edge and to nobody else', async () => {
  const { waitingRoom, stored, sent } = await tab('https://shop.example/buy');
  stored.set('fs-admission-xphone', token());
  await waitingRoom.fetch('/sales/xphone/reservations', { method: 'POST' });
  await waitingRoom.fetch('https://elsewhere.example/sales/xphone/reservations');
  assert.equal(sent[0].url, `${EDGE}/sales/xphone/reservations`);
  assert.equal(sent[0].headers.get('Authorization'), `Bearer ${stored.get('fs-admission-xphone')}`);
  assert.equal(sent[0].credentials, 'omit');
  assert.equal(sent[1].headers.get('Authorization'), null);
});

test('a 401 with this line\'s address leads to the line, and one with another address does not', async () => {
  const refuse = lineUrl => () => ({ status: 401, body: { code: 'admissionRequired', lineUrl } });
  const right = await tab('https://shop.example/buy', refuse(`${EDGE}/line/xphone?returnUrl=%2Fapi`));
  right.stored.set('fs-admission-xphone', token());
  right.waitingRoom.fetch('/sales/xphone/reservations');
  await soon();
  assert.equal(new URL(right.gone[0]).searchParams.get('returnUrl'), 'https://shop.example/buy');
  assert.equal(right.stored.size, 0);

  for (const wrong of ['https://evil.example/line/xphone', 'javascript:alert(1)', `${EDGE}/admin`, undefined]) {
    const { waitingRoom, gone } = await tab('https://shop.example/buy', refuse(wrong));
    assert.equal((await waitingRoom.fetch('/sales/xphone/reservations')).status, 401);
    assert.equal(gone.length, 0);
  }
});

test('the page may stay when it cancels the leaving', async () => {
  const { waitingRoom, gone } = await tab('https://shop.example/buy');
  waitingRoom.addEventListener('leaving', event => event.preventDefault());
  await assert.rejects(waitingRoom.enter({ sale: 'xphone' }), /stayed/);
  assert.equal(gone.length, 0);
});

test('an expired admission is told and forgotten', async () => {
  const { waitingRoom, stored } = await tab('https://shop.example/buy');
  stored.set('fs-admission-xphone', token({ exp: 1 }));
  let told = 0;
  waitingRoom.addEventListener('expired', () => { told++; });
  assert.equal(waitingRoom.current('xphone'), null);
  assert.equal(waitingRoom.current('xphone'), null);
  assert.equal(told, 1);
});

test('the status is refreshed until stopped', async () => {
  const { waitingRoom, sent } = await tab('https://shop.example/', () => ({ status: 200, body: { saleState: 'open' } }));
  const states = [];
  waitingRoom.addEventListener('status', event => states.push(event.detail.saleState));
  const stop = waitingRoom.watch({ sale: 'xphone' });
  await soon();
  stop();
  assert.deepEqual(states, ['open']);
  assert.equal(sent[0].url, `${EDGE}/sales/xphone`);
});

test('the worker finds what SHA-256 confirms', () => {
  for (const [challenge, bits] of [['AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE', 1], ['x', 9], ['-_' + 'Z'.repeat(29), 14]]) {
    const proof = solve([challenge, bits]);
    assert.match(proof, new RegExp(`^${challenge}\\.\\d+$`));
    assert.equal(createHash('sha256').update(proof).digest().readUInt32BE() >>> (32 - bits), 0);
    const number = +proof.split('.')[1];
    for (let earlier = 0; earlier < Math.min(number, 300); earlier++)
      assert.notEqual(createHash('sha256').update(`${challenge}.${earlier}`).digest().readUInt32BE() >>> (32 - bits), 0);
  }
});

test('a join that needs work is sent again with the work done', async () => {
  let joins = 0;
  const { waitingRoom, sent } = await tab('https://shop.example/buy', url =>
    url.endsWith('/ticket') && joins++ === 0
      ? { status: 428, body: { code: 'challengeRequired', challenge: 'A'.repeat(31), bits: 8 } }
      : { status: 201, body: { number: 1 } });
  globalThis.URL.createObjectURL = () => 'blob:work';
  globalThis.Worker = class {
    postMessage(message) { setTimeout(() => this.onmessage({ data: solve(message) })); }
    terminate() {}
  };
  const joined = await waitingRoom.fetch('/sales/xphone/ticket', { method: 'POST', body: '{"enqueueToken":"e.e.e"}' });
  assert.equal(joined.status, 201);
  assert.equal(sent[1].url, `${EDGE}/waitingroom-work.js`);
  const body = JSON.parse(sent[2].body);
  assert.equal(body.enqueueToken, 'e.e.e');
  assert.equal(createHash('sha256').update(body.proof).digest()[0], 0);
  assert.equal(sent[2].headers.get('Content-Type'), 'application/json');

  // A page whose policy allows no worker hears of the challenge.
  joins = 0;
  globalThis.Worker = class { constructor() { throw new Error('blocked'); } };
  assert.equal((await waitingRoom.fetch('/sales/xphone/ticket', { method: 'POST' })).status, 428);
});
