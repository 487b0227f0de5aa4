// A sale under an open load: k6 run -e FLASHSALE_ADMIN_KEY=… flashsale.js. Settings and what is judged: README.md.

import { sleep } from 'k6';
import { sha256 } from 'k6/crypto';
import http from 'k6/http';
import { Counter, Rate } from 'k6/metrics';

import { arrive, ask, behaviourAt, heed, isAtRest, parseMix, prove, wrongIn } from './journey.js';

const EDGES = (__ENV.URL || 'http://127.0.0.1:8080').split(',').map(url => url.trim().replace(/\/$/, ''));
const KEY = __ENV.FLASHSALE_ADMIN_KEY;
const UNITS = number('UNITS', 1000);
const ADMIT_PER_SECOND = number('ADMIT_PER_SECOND', 100);
const CLAIM_SECONDS = number('CLAIM_SECONDS', 60);
const PAY_SECONDS = number('PAY_SECONDS', 60);
const PRESENCE_SECONDS = 60;
const RATE = number('RATE', 20);
const MOST_CUT_OFF = number('MOST_CUT_OFF', 0);
const MIX = parseMix(__ENV.MIX);
// From the last arrival until a unit is surely sold or back, and a while for what the payment provider owes.
const WINDOWS = PRESENCE_SECONDS + CLAIM_SECONDS + PAY_SECONDS + 2;
const PATIENCE = WINDOWS + 90;

const bought = new Counter('shoppers_bought');
const failed = new Counter('shoppers_failed');
const slow = new Rate('shoppers_too_slow');
// A no of everyone who comes and a yes of everyone who comes to an end: one half when nobody was cut off. k6 tells of
// iterations that it interrupted in its summary only, where no threshold sees them.
const ended = new Rate('shoppers_ended');
const endings = new Counter('shoppers');
const clean = new Rate('audit_clean');

export const options = {
  scenarios: {
    shoppers: {
      executor: 'constant-arrival-rate',
      rate: RATE,
      timeUnit: '1s',
      duration: __ENV.DURATION || '1m',
      // One who waits in line holds a VU.
      preAllocatedVUs: number('VUS', RATE * 10),
      maxVUs: number('MAX_VUS', RATE * 120),
      gracefulStop: `${number('GRACE_SECONDS', PATIENCE)}s`,
    },
  },
  setupTimeout: '1m',
  teardownTimeout: `${PATIENCE + 60}s`,
  thresholds: {
    // The percentile of no request is 0, which any limit holds.
    'http_reqs{step:join}': ['count>0'],
    'http_reqs{step:poll}': ['count>0'],
    'http_req_duration{step:join}': [`p(99)<${number('MOST_JOIN_MS', 2000)}`],
    'http_req_duration{step:poll}': [`p(99)<${number('MOST_POLL_MS', 500)}`],
    http_req_failed: [`rate<=${number('MOST_FAILED', 0)}`],
    shoppers_failed: ['count==0'],
    shoppers_too_slow: [`rate<=${number('MOST_TOO_SLOW', 0.01)}`],
    shoppers_ended: [`rate>=${(1 - MOST_CUT_OFF) / (2 - MOST_CUT_OFF)}`],
    dropped_iterations: ['count==0'],
    audit_clean: ['rate==1'],
    shoppers_bought: [`count>=${number('LEAST_SOLD', 0)}`],
  },
};

// A sale of its own, unless SALE names one.
export function setup() {
  if (!KEY) throw new Error('FLASHSALE_ADMIN_KEY: the admin key is missing');
  if (__ENV.SALE) return { sale: __ENV.SALE, isOwn: false };
  const sale = `k6-${Date.now().toString(36)}`;
  admin('PUT', `/admin/sales/${sale}`, {
    name: 'Load test: k6', inventory: UNITS, price: { amount: 99900, currency: 'usd' }, startsAt: new Date().toISOString(),
    admitPerSecond: ADMIT_PER_SECOND, claimSeconds: CLAIM_SECONDS, paySeconds: PAY_SECONDS,
    presenceSeconds: PRESENCE_SECONDS, graceSeconds: 1,
  });
  return { sale, isOwn: true };
}

// One shopper.
export default function (data) {
  const one = arrive(data.sale, behaviourAt(MIX, Math.random()), Math.random);
  const edge = EDGES[Math.floor(Math.random() * EDGES.length)];
  ended.add(false);
  while (!one.ending) {
    heed(one, send(edge, ask(one)), Date.now());
    if (one.challenge && !one.proof) one.proof = prove(one.challenge.challenge, one.challenge.bits, text => sha256(text, 'hex'));
    if (one.pauseMs > 0) sleep(one.pauseMs / 1000);
  }
  ended.add(true);
  endings.add(1, { ending: one.ending });
  bought.add(one.ending === 'Bought' ? 1 : 0);
  slow.add(one.ending === 'TooSlow');
  failed.add(one.ending === 'Failed' ? 1 : 0);
  if (one.why) console.error(one.why);
}

// The audit of the sale at rest. What it finds is a threshold, and an exception too: a metric without a value passes.
export function teardown(data) {
  let found = audit(data.sale);
  for (let waited = 0; data.isOwn && !isAtRest(found) && waited < PATIENCE; waited++) {
    sleep(1);
    found = audit(data.sale);
  }
  const wrong = wrongIn(found, data.isOwn);
  clean.add(wrong.length === 0);
  console.log(`${data.sale}: ${found.sold} of ${found.inventory} sold`);
  if (wrong.length > 0) throw new Error(`the audit of ${data.sale} is not clean: ${wrong.join('; ')}`);
}

// A 429, a 5xx and a missing answer are failed requests; other refusals are part of the contract. The cookies are ours.
const EXPECTED = http.expectedStatuses({ min: 200, max: 428 }, { min: 430, max: 499 });

function send(edge, { step, method, path, headers, body }) {
  const answer = http.request(method, edge + path, body, {
    headers, tags: { step, name: step }, jar: new http.CookieJar(), redirects: 0, timeout: '30s', responseCallback: EXPECTED,
  });
  const retryAfter = Number(answer.headers['Retry-After']);
  return { status: answer.status, text: answer.body, retryAfter: retryAfter > 0 ? retryAfter : null };
}

const audit = sale => admin('GET', `/admin/sales/${sale}/audit?provider=true`);

function admin(method, path, body) {
  const answer = http.request(method, EDGES[0] + path, body ? JSON.stringify(body) : null, {
    headers: { Authorization: `Bearer ${KEY}`, 'Content-Type': 'application/json' }, tags: { step: 'admin', name: 'admin' },
    timeout: '120s',
  });
  if (answer.status < 200 || answer.status > 299) throw new Error(`${method} ${path} answered ${answer.status}: ${answer.body}`);
  return JSON.parse(answer.body);
}

function number(name, otherwise) {
  const value = __ENV[name] === undefined ? otherwise : Number(__ENV[name] || NaN);
  if (!(value >= 0)) throw new Error(`${name}: ${__ENV[name]} is no number`);
  return value;
}
