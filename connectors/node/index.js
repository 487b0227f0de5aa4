// The shop's side of the redirect protocol (docs/embedding.md of FlashSale), for anything that speaks Fetch or Connect.
//
// 1. a token in the URL → verified, used up, redeemed, kept in the shop's own encrypted cookie, and away from the URL;
// 2. the own cookie → the shopper;
// 3. otherwise → the line (a navigation) or 401 with lineUrl (a script).

import { decodeProtectedHeader, EncryptJWT, errors, importJWK, jwtDecrypt, jwtVerify, SignJWT } from 'jose';

const MAX_TOKEN = 2048;        // characters; an admission is far shorter
const MAX_RETURN_URL = 2048;   // the line gives back no longer address
const MAX_SPENT = 100_000;     // tokens that one process remembers, each until it expires
const MAX_BOUNCES = 3;         // a line and a shop that disagree must not send the browser round for ever
const SKEW_SECONDS = 5;
const REFRESH_MS = 30_000;     // a new key is published longer than this before it signs
const REFETCH_MS = 1000;       // not sooner after a try that has failed, or for another kid
const FETCH_MS = 2000;         // patience with the edge
const LOOK_MS = 50;            // how often who waits for another's fetch looks whether it has ended

/** Remembers in this process what was used; several processes share a store of their own. */
export class MemoryStore {
  #spent = new Map();

  once(key, until) {
    const now = Date.now() / 1000;
    if (this.#spent.size >= MAX_SPENT)
      for (const [old, end] of this.#spent) if (end < now) this.#spent.delete(old);
    if (this.#spent.has(key) || this.#spent.size >= MAX_SPENT) return false;
    this.#spent.set(key, until);
    return true;
  }
}

/** The edge, server to server. Every call may be repeated, so it is repeated when the answer was lost. */
export class Edge {
  constructor(url, sale, apiKey) {
    Object.assign(this, { url, sale, apiKey });
  }

  /** The admitted unit, reserved: the same one however often. All answers are `{ status, body }`; status 0: none came. */
  redeem(admission, patience) {
    return this.#call('POST', `/sales/${this.sale}/reservations`, { admission }, patience);
  }

  /** The shop has the money: sold. 410 `reservationEnded` means: too late, refund the shopper. */
  confirm(id) {
    return this.#call('POST', `/reservations/${encodeURIComponent(id)}/confirm`);
  }

  /** To the next in line. */
  giveBack(id) {
    return this.#call('DELETE', `/reservations/${encodeURIComponent(id)}`);
  }

  async #call(method, path, body, { tries = 3, timeoutMs = 5000 } = {}) {
    for (let attempt = 1; attempt <= tries; attempt++) {
      if (attempt > 1) await new Promise(later => setTimeout(later, 200 * attempt));
      try {
        const answer = await fetch(this.url + path, {
          method,
          headers: { Authorization: `Bearer ${this.apiKey}`, ...(body && { 'Content-Type': 'application/json' }) },
          body: body && JSON.stringify(body),
          signal: AbortSignal.timeout(timeoutMs),
        });
        if (answer.status < 500) return { status: answer.status, body: await answer.json() };
      } catch {
        // lost: once more
      }
    }
    return { status: 0, body: { code: 'unavailable' } };
  }
}

/** The line's published keys by kid; the last good ones stay. */
class Keys {
  #url;
  #known = new Map();
  #isFetched = false; // by the last try
  #isTrying = false;
  #at = -Infinity;    // when the last try began, and then ended; not by the wall's clock, which may be set back

  constructor(edge) {
    this.#url = new URL('/.well-known/jwks.json', edge);
  }

  get areOld() {
    return this.#since() >= REFRESH_MS;
  }

  /** Undefined when nobody has published it, even now. Throws when that is not known: older keys say nothing of a newer one. */
  async find(kid) {
    if (!this.#known.has(kid) && !await this.fetch()) throw new Error('The line\'s keys can not be fetched');
    return this.#known.get(kid);
  }

  /** At most once a second; who comes meanwhile takes its result. False when it has failed. */
  async fetch() {
    // By timers of its own: edge workers let no request wait for another's promise, and may give that one up.
    while (this.#isTrying && this.#since() < FETCH_MS + REFETCH_MS) await new Promise(later => setTimeout(later, LOOK_MS));
    if (this.#since() < REFETCH_MS) return this.#isFetched;
    [this.#isTrying, this.#at] = [true, performance.now()];
    this.#isFetched = await this.#try();
    [this.#isTrying, this.#at] = [false, performance.now()];
    return this.#isFetched;
  }

  #since() {
    return performance.now() - this.#at;
  }

  async #try() {
    try {
      const answer = await fetch(this.#url, { redirect: 'manual', signal: AbortSignal.timeout(FETCH_MS) });
      if (answer.status !== 200) throw new Error(`status ${answer.status}`);
      const usable = (await answer.json()).keys.filter(key => key.kty === 'EC' && key.crv === 'P-256' && typeof key.kid === 'string');
      const known = new Map(await Promise.all(usable.map(async key => [key.kid, await importJWK(key, 'ES256')])));
      if (known.size === 0) throw new Error('no key that can be used');
      this.#known = known;
      return true;
    } catch (error) { // whatever was answered, and however this runtime says that nothing was
      console.warn('The line\'s keys were not fetched:', error);
      return false;
    }
  }
}

/** The ledger's word that the admission is over: forget it, and the line gives a new place. */
export function isOver({ status }) {
  return status === 410;
}

export class WaitingRoom {
  #cookieKey;
  #keys;

  constructor({ edge, origin, storefront, sale, secret, store = new MemoryStore(), apiKey = null, enqueueSecret = null,
    edgeFromServer = edge, issuer = 'flashsale', idleSeconds = 600, cookiePrefix = 'fs-admitted-', refreshInBackground = true }) {
    for (const [name, value] of Object.entries({ edge, origin, storefront, sale }))
      if (!value) throw new TypeError(`WaitingRoom: ${name} is missing`);
    if (!secret || secret.length < 32) throw new TypeError('WaitingRoom: secret must have 32 characters or more');
    Object.assign(this, { edge, origin, storefront, sale, secret, store, enqueueSecret, issuer, idleSeconds });
    this.line = new Edge(edgeFromServer, sale, apiKey);
    this.cookie = cookiePrefix + sale;
    this.#keys = new Keys(edgeFromServer);
    if (refreshInBackground) {
      setInterval(() => this.#keys.fetch(), REFRESH_MS).unref?.();
      this.#keys.fetch();
    }
  }

  /** What becomes of a Fetch request: `{ response }` to answer with, or `{ shopper, headers }` to go on. */
  async handle(request, shopper = null) {
    const { url, method, headers } = request;
    return this.admit({ method, target: url.replace(/^[a-z]+:\/\/[^/?]*/i, '') || '/', header: name => headers.get(name) }, shopper);
  }

  /** The same for Express and Connect; then the shopper is in `request.admission`. `shopperOf(request)` says who it is. */
  middleware(shopperOf = () => null) {
    return async (request, response, next) => {
      try {
        const { method, headers } = request;
        const target = request.originalUrl ?? request.url;
        const result = await this.admit({ method, target, header: name => headers[name] }, await shopperOf(request));
        for (const [name, value] of result.response?.headers ?? result.headers) response.appendHeader(name, value);
        request.admission = result.shopper;
        if (!result.response) return next();
        response.statusCode = result.response.status;
        response.end(await result.response.text());
      } catch (error) {
        next(error);
      }
    };
  }

  async admit({ method, target, header }, shopper) {
    if (method === 'OPTIONS' && header('origin') && header('access-control-request-method'))
      return { shopper: null, headers: new Headers() }; // a preflight is never queued
    if (this.#keys.areOld) await this.#keys.fetch(); // where no timer runs
    const request = { method, target, header, cookies: cookiesOf(header('cookie')) };
    const token = method === 'GET' ? tokenOf(target) : null;
    const known = await this.#readCookie(request);
    if (token !== null) return { response: await this.#take(token, known, request, shopper) };
    if (!known) return { response: await this.#refuse(request, shopper) };
    const headers = new Headers({ 'Cache-Control': 'no-store', 'X-FlashSale-Unit': `${known.unit}` });
    // It slides while the shopper is active, and never outlives the admission.
    if (known.until < known.exp && known.until - Date.now() / 1000 < this.idleSeconds / 2)
      headers.append('Set-Cookie', await this.#cookieOf(known));
    return { shopper: known, headers };
  }

  /** The Set-Cookie that ends the visit: when the ledger says that it is over, the unit was given back or bought. */
  forgetting() {
    return `${this.cookie}=; Path=/; Max-Age=0`;
  }

  async #take(token, known, request, shopper) {
    let admission = null;
    try {
      admission = await this.#verify(token);
    } catch (error) {
      if (!(error instanceof errors.JOSEError)) {
        console.warn('Nothing is known of a token:', error); // only jose's word is the token's fault
        return problem(503, 'unavailable', { 'Retry-After': '2' });
      }
    }
    if (admission && (known?.id === admission.id || await this.#spend(admission))) {
      // One short try: when the edge does not answer, the unit is redeemed with the first page.
      if (this.line.apiKey && isOver(await this.line.redeem(token, { tries: 1, timeoutMs: 2000 })))
        return this.#bounce(request, shopper, [this.forgetting()]);
      return redirect(this.origin + clean(request.target), [await this.#cookieOf(admission)]);
    }
    return known ? redirect(this.origin + clean(request.target)) : this.#bounce(request, shopper);
  }

  async #verify(token) {
    if (token.length > MAX_TOKEN) return null;
    const { payload } = await jwtVerify(token, header => this.#key(header), {
      algorithms: ['ES256'], issuer: this.issuer, audience: this.storefront, clockTolerance: SKEW_SECONDS,
      requiredClaims: ['exp', 'sub', 'jti', 'sale', 'unit', 'place', 'redeemBy'],
    });
    return payload.sale === this.sale ? { token, id: payload.jti, sub: payload.sub, unit: payload.unit, exp: payload.exp } : null;
  }

  async #key({ kid }) {
    const key = await this.#keys.find(kid);
    if (!key) throw new errors.JWKSNoMatchingKey();
    return key;
  }

  // Each token opens the shop once. Without the signature: ECDSA's can be rewritten into another valid one.
  async #spend({ token, exp }) {
    const key = await sha256(token.slice(0, token.lastIndexOf('.')));
    return this.store.once(Array.from(key, byte => byte.toString(16).padStart(2, '0')).join(''), exp + SKEW_SECONDS);
  }

  #bounce(request, shopper, cookies = []) {
    const bounces = Number.parseInt(request.cookies['fs-bounced'] ?? '0', 10) || 0;
    if (bounces >= MAX_BOUNCES)
      return problem(401, 'admissionInvalid', {}, {}, [...cookies, 'fs-bounced=; Path=/; Max-Age=0']);
    return this.#refuse(request, shopper, [...cookies, `fs-bounced=${bounces + 1}; Path=/; Max-Age=60; HttpOnly; SameSite=Lax`]);
  }

  async #refuse({ method, target, header }, shopper, cookies = []) {
    const isNavigation = method === 'GET' && (header('accept') ?? '').includes('text/html') && !header('x-requested-with')
      && ['navigate', '', null, undefined].includes(header('sec-fetch-mode'));
    const referer = header('referer') ?? '';
    // A script's request comes from a page: the shopper wants to return there.
    let page = isNavigation || method === 'GET' ? this.origin + clean(target) : `${this.origin}/`;
    if (!isNavigation && referer.startsWith(`${this.origin}/`)) page = referer;
    if (page.length > MAX_RETURN_URL) page = page.split(/[?#]/)[0];
    if (page.length > MAX_RETURN_URL) page = `${this.origin}/`;
    let lineUrl = `${this.edge}/line/${this.sale}?returnUrl=${encodeURIComponent(page)}`;
    if (shopper && this.enqueueSecret) lineUrl += `&enqueueToken=${await this.#enqueueToken(shopper)}`;
    return isNavigation ? redirect(lineUrl, cookies) : problem(401, 'admissionRequired',
      { 'X-FlashSale-Line-Url': lineUrl, 'Access-Control-Expose-Headers': 'X-FlashSale-Line-Url' }, { lineUrl }, cookies);
  }

  #enqueueToken(shopper) {
    const claims = typeof shopper === 'string' ? { sub: shopper } : shopper;
    return new SignJWT({ ...claims, sale: this.sale }).setProtectedHeader({ alg: 'HS256' }).setIssuer(this.storefront)
      .setAudience('waitingroom').setIssuedAt().setExpirationTime('10m')
      .sign(new TextEncoder().encode(this.enqueueSecret));
  }

  async #cookieOf({ token, id, sub, unit, exp }) {
    const now = Math.floor(Date.now() / 1000);
    const until = Math.min(now + this.idleSeconds, exp);
    const value = await new EncryptJWT({ token, id, sub, unit, end: exp }).setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
      .setAudience(this.sale).setExpirationTime(until).encrypt(await (this.#cookieKey ??= sha256(this.secret)));
    return `${this.cookie}=${value}; Path=/; Max-Age=${Math.max(0, until - now)}; HttpOnly; SameSite=Lax`
      + (this.origin.startsWith('https:') ? '; Secure' : '');
  }

  // The token itself is no cookie: whoever copied it from a URL could send it.
  async #readCookie({ cookies }) {
    const value = cookies[this.cookie];
    if (!value) return null;
    try {
      const { payload } = await jwtDecrypt(value, await (this.#cookieKey ??= sha256(this.secret)), { audience: this.sale });
      const { token, id, sub, unit, end, exp: until } = payload;
      // A key that is published no more has been revoked, and whoever came in by one goes out with it. While the keys can't be
      // fetched, nothing is known against this one.
      const isPublished = await this.#keys.find(decodeProtectedHeader(token).kid).catch(() => true);
      return isPublished ? { token, id, sub, unit, exp: end, until } : null;
    } catch (error) {
      if (error instanceof errors.JOSEError) return null;
      throw error;
    }
  }
}

async function sha256(text) {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
}

function isToken(pair) {
  try {
    return decodeURIComponent(pair.split('=')[0]).toLowerCase() === 'admission';
  } catch {
    return false; // not an encoded name, so not that one
  }
}

function pairsOf(target) {
  const at = target.indexOf('?');
  return at < 0 ? [target, []] : [target.slice(0, at), target.slice(at + 1).split('&')];
}

function tokenOf(target) {
  const pair = pairsOf(target)[1].find(isToken);
  return pair === undefined ? null : pair.slice(pair.indexOf('=') + 1);
}

// As it was sent, without the token; behind the origin, or //evil.example would be another host's address.
function clean(target) {
  const [path, pairs] = pairsOf(target.replace(/^[a-z]+:\/\/[^/?]*/i, ''));
  const kept = pairs.filter(pair => !isToken(pair)).join('&');
  return path + (kept ? `?${kept}` : '');
}

function cookiesOf(header) {
  const pairs = (header ?? '').split(';').map(pair => pair.trim()).filter(pair => pair.includes('='));
  return Object.fromEntries(pairs.map(pair => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]));
}

function withCookies(headers, cookies) {
  for (const cookie of cookies) headers.append('Set-Cookie', cookie);
  return headers;
}

// no-store and no-referrer: the address with the token stays in no cache and no Referer.
function redirect(location, cookies = []) {
  const headers = { Location: location, 'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer' };
  return new Response(null, { status: 302, headers: withCookies(new Headers(headers), cookies) });
}

function problem(status, code, headers, more = {}, cookies = []) {
  const all = { 'Content-Type': 'application/problem+json', 'Cache-Control': 'no-store', ...headers };
  return new Response(JSON.stringify({ type: 'about:blank', status, code, ...more }), { status, headers: withCookies(new Headers(all), cookies) });
}
