// One shopper of a sale, from joining to the end, as plain functions: no k6, no clock, no network, so that the same
// journey runs under k6 (flashsale.js) and under Node (tests/LoadTest/k6.test.mjs).
//
//   const one = arrive(sale, behaviour, random);
//   while (!one.ending) { heed(one, <answer to ask(one)>, Date.now()); <wait one.pauseMs>; }

// What a shopper may do; the rest buys. The behaviours of ./flashsale load that one request at a time can have.
export const BEHAVIOURS = ['Buys', 'DeclinedOnce', 'NeverPays', 'NeverComes', 'WandersOff', 'GivesBack'];

// Who lost the place by being late joins again this often; what is refused for a while is asked again this often.
const MOST_JOINS = 4;
const MOST_TRIES = 30;
const RETRY_MS = 1000;
const LEAST_RETRY_MS = 100;
const READ_MS = 1000;
const SETTLING_MS = 1000;
// How far the server's time may be from what its last answer told of it.
const SKEW_MS = 5000;

const TEMPORARY = [0, 425, 429, 502, 503, 504];
const GOOD_CARD = 'pm_card_visa';
const BAD_CARD = 'pm_card_chargeDeclined';

// "NeverPays=0.1,GivesBack=0.05" as shares by behaviour; throws a sentence.
export function parseMix(text) {
  const shares = {};
  for (const one of (text || '').split(',').map(part => part.trim()).filter(part => part)) {
    const [name, share] = one.split('=');
    if (!BEHAVIOURS.includes(name)) throw new Error(`MIX: there is no behaviour ${name}; there are: ${BEHAVIOURS.join(', ')}`);
    if (!share || !(Number(share) >= 0 && Number(share) <= 1)) throw new Error(`MIX: ${name} must be between 0 and 1`);
    if (name in shares) throw new Error(`MIX: ${name} is there twice`);
    shares[name] = Number(share);
  }
  if (Object.values(shares).reduce((sum, share) => sum + share, 0) > 1 + 1e-9) throw new Error('MIX: the shares exceed 1');
  return shares;
}

// The behaviour of a shopper, by a draw from [0, 1).
export function behaviourAt(shares, draw) {
  for (const [name, share] of Object.entries(shares)) {
    if (draw < share) return name;
    draw -= share;
  }
  return 'Buys';
}

// Someone new. random() gives [0, 1).
export function arrive(sale, behaviour, random) {
  return {
    sale, behaviour, visitor: visitorOf(random), random, next: 'join', pauseMs: 0, ending: null, why: null,
    ticket: null, token: null, reservation: null, challenge: null, proof: null, paymentKey: null,
    joins: 0, tries: 0, attempts: 0, number: null, redeemBy: 0, payBy: 0, serverAheadMs: 0, hasPaid: false,
  };
}

// The next request: { step, method, path, headers, body } with the body as text or null.
export function ask(one) {
  const ticket = { Authorization: `Ticket ${one.ticket}` };
  const bearer = { Authorization: `Bearer ${one.token}` };
  switch (one.next) {
    case 'join': {
      const cookie = `fs-visitor=${one.visitor}${one.ticket ? `; fs-ticket-${one.sale}=${one.ticket}` : ''}`;
      return made(one, 'POST', `/sales/${one.sale}/ticket`, { Cookie: cookie }, one.proof ? { proof: one.proof } : null);
    }
    case 'poll': return made(one, 'GET', `/sales/${one.sale}/ticket`, ticket);
    case 'claim': return made(one, 'POST', `/sales/${one.sale}/admission`, ticket);
    case 'reserve': return made(one, 'POST', `/sales/${one.sale}/reservations`, bearer);
    case 'pay': {
      // The same key until there is an answer: a repeated click must not pay twice.
      one.paymentKey = one.paymentKey || visitorOf(one.random);
      const good = one.behaviour !== 'DeclinedOnce' || one.attempts > 0;
      one.hasPaid = one.hasPaid || good;
      return made(one, 'POST', `/reservations/${one.reservation}/payments`,
        Object.assign({ 'Idempotency-Key': one.paymentKey }, bearer), { paymentMethod: good ? GOOD_CARD : BAD_CARD });
    }
    case 'read': return made(one, 'GET', `/reservations/${one.reservation}`, bearer);
    case 'give back': return made(one, 'DELETE', `/reservations/${one.reservation}`, bearer);
    default: throw new Error(`no such step: ${one.next}`);
  }
}

// What a shopper makes of an answer { status (0 = none), text, retryAfter (seconds or null) }: the next step and the pause
// before it, or the ending. Every answer that the contract allows is handled; any other ends as Failed, and says why.
export function heed(one, answer, now) {
  one.pauseMs = 0;
  if (TEMPORARY.includes(answer.status) && ++one.tries < MOST_TRIES) {
    one.pauseMs = Math.max(LEAST_RETRY_MS, answer.retryAfter ? answer.retryAfter * 1000 : RETRY_MS);
    return;
  }
  one.tries = 0;
  const body = read(answer.text);
  const ok = answer.status >= 200 && answer.status < 300;
  const code = ok ? null : (body && body.code) || '(no problem document)';
  if (ok && !body) return fail(one, answer, '(unreadable)');
  const late = until => now + one.serverAheadMs + SKEW_MS >= until;
  ANSWERS[one.next](one, { status: answer.status, body, ok, code, late, now, broken: () => fail(one, answer, code) });
}

// The work that a join may be asked for: SHA-256 of "challenge.number" begins with so many zero bits. sha256 gives hex.
export function prove(challenge, bits, sha256) {
  for (let number = 0; ; number++) {
    const proof = `${challenge}.${number}`;
    const head = parseInt(sha256(proof).slice(0, 8), 16);
    if (Math.clz32(head) >= bits) return proof;
  }
}

// An audit of a sale at rest: every unit is sold or free, and the line was asked.
export const isAtRest = audit => audit.ok && audit.held === 0 && audit.admitted === 0 && Boolean(audit.line);

// What is wrong by an audit, in words; nothing when all is well. What was not looked at is not known to be right.
export const wrongIn = (audit, isOwn) => [
  ...audit.violations.map(violation => JSON.stringify(violation)),
  ...(audit.ok || audit.violations.length > 0 ? [] : ['it does not say what is wrong']),
  ...(audit.line ? [] : ['no waiting room answered']),
  ...(audit.provider ? [] : ["the provider's books were not compared"]),
  ...(isOwn && audit.held + audit.admitted > 0 ? [`${audit.held} units in carts, ${audit.admitted} admitted`] : []),
];

const ANSWERS = {
  join(one, { status, body, ok, code, now, broken }) {
    if (status === 428 && body && body.challenge && !one.proof) one.challenge = { challenge: body.challenge, bits: body.bits };
    else if (code === 'saleEnded') end(one, 'SoldOut');
    else if (code === 'alreadyBought' && one.hasPaid) end(one, 'Bought');
    else if (!ok) broken();
    else {
      if (body.number !== one.number) one.joins++;
      Object.assign(one, { number: body.number, ticket: body.ticket || one.ticket, challenge: null, proof: null });
      if (one.behaviour === 'WandersOff') end(one, 'AsPlanned');
      else see(one, body, now, broken);
    }
  },

  poll(one, { body, ok, now, broken }) {
    if (ok) see(one, body, now, broken);
    else broken();
  },

  claim(one, { body, ok, code, broken }) {
    if (ok) Object.assign(one, { token: body.token, redeemBy: Date.parse(body.redeemBy), next: 'reserve' });
    else if (code === 'admissionMissed' || code === 'admissionSpent') lost(one);
    else if (code === 'notYourTurn') go(one, 'poll', RETRY_MS);
    else if (code === 'saleEnded') end(one, 'SoldOut');
    else if (code === 'alreadyBought' && one.hasPaid) end(one, 'Bought');
    else broken();
  },

  reserve(one, { body, ok, code, late, broken }) {
    if (ok) {
      Object.assign(one, { reservation: body.id, payBy: Date.parse(body.payBy), attempts: 0 });
      if (one.behaviour === 'NeverPays') end(one, 'AsPlanned');
      else go(one, one.behaviour === 'GivesBack' ? 'give back' : 'pay');
    } else if (code === 'admissionSpent' || code === 'admissionMissed' || (noToken(code) && late(one.redeemBy))) lost(one);
    else if (code === 'saleEnded') end(one, 'SoldOut');
    else broken();
  },

  pay(one, { status, body, ok, code, late, broken }) {
    one.paymentKey = null;
    if (ok && body.state === 'sold') end(one, 'Bought');
    else if (status === 202 || code === 'paymentInProgress') go(one, 'read', READ_MS);
    else if (code === 'paymentDeclined') {
      one.attempts++;
      go(one, 'pay');
    } else if (code === 'reservationEnded' || (noToken(code) && late(one.payBy))) lost(one);
    else broken();
  },

  // The payment's outcome was unknown: it settles by itself.
  read(one, { body, ok, code, late, broken }) {
    if (!ok) {
      if (noToken(code) && late(one.payBy)) lost(one);
      else broken();
    } else if (body.state === 'sold') end(one, 'Bought');
    else if (body.state === 'released') lost(one);
    else if (body.state === 'held' && ['declined', 'voided', 'none'].includes(body.payment.state)) {
      one.attempts++;
      go(one, 'pay');
    } else go(one, 'read', READ_MS);
  },

  'give back'(one, { status, body, ok, late, broken }) {
    if ((ok && body.state === 'released') || (status === 401 && late(one.payBy))) end(one, 'AsPlanned');
    else broken();
  },
};

// A place in line, as joining and polling tell it.
function see(one, place, now, broken) {
  if (place.serverTime) one.serverAheadMs = Date.parse(place.serverTime) - now;
  switch (place.state) {
    case 'prequeue': case 'waiting': return go(one, 'poll', place.nextPollMs);
    case 'admitted': return one.behaviour === 'NeverComes' ? end(one, 'AsPlanned') : go(one, 'claim');
    // The line has not yet heard that the reservation ended.
    case 'redeemed': return go(one, 'join', SETTLING_MS);
    case 'missed': case 'left': return lost(one);
    case 'soldOut': case 'ended': return end(one, 'SoldOut');
    default: return broken();
  }
}

// The place or the unit is lost for being late, which the contract allows: join again, at the end.
function lost(one) {
  if (one.joins >= MOST_JOINS) end(one, 'TooSlow');
  else go(one, 'join');
}

function go(one, next, pauseMs = 0) {
  Object.assign(one, { next, pauseMs });
}

function end(one, ending) {
  one.ending = one.ending || ending;
}

function fail(one, answer, code) {
  one.why = `${one.next}: unexpected ${answer.status} ${code}`;
  end(one, 'Failed');
}

const noToken = code => code === 'admissionRequired' || code === 'admissionInvalid';

function made(one, method, path, headers, body = null) {
  if (body) headers['Content-Type'] = 'application/json';
  return { step: one.next, method, path, headers, body: body ? JSON.stringify(body) : null };
}

// Null for what is no such JSON; a success without a body counts as an empty one.
function read(text) {
  try {
    return text ? JSON.parse(text) : {};
  } catch {
    return null;
  }
}

// Sixteen random bytes as base64url has them, the last of whose characters carries two bits.
function visitorOf(random) {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  let text = '';
  for (let i = 0; i < 21; i++) text += letters[Math.floor(random() * 64)];
  return text + 'AQgw'[Math.floor(random() * 4)];
}
