// The storefront's side of the redirect protocol (docs/embedding.md) in plain Node.js.
//
// 1. a token in the URL → verified, spent, redeemed, kept in an own encrypted cookie, and away from the URL;
// 2. the own cookie → the shopper;
// 3. otherwise → the line (a navigation) or 401 with lineUrl (a script).

import { createHash, randomBytes } from 'node:crypto';
import { createRemoteJWKSet, decodeProtectedHeader, EncryptJWT, errors, jwtDecrypt, jwtVerify, SignJWT } from 'jose';

const MAX_TOKEN = 2048;        // characters; an admission is far shorter
const IDLE_SECONDS = 600;      // the own cookie slides, and never outlives the admission
const MAX_SPENT = 100_000;     // tokens remembered at the most, each until it expires
const MAX_BOUNCES = 3;         // a line and a storefront that disagree must not send the browser round for ever
const MAX_RETURN_URL = 2048;
const SKEW_SECONDS = 5;
const REFRESH_MS = 30_000;     // a new key is published longer than this before it signs
const OVER = ['admissionSpent', 'admissionMissed', 'reservationEnded']; // the ledger's words for: join the line again

export class WaitingRoom {
  #spent = new Map();          // key of a token → when it expires; several instances: keep this in a store they share
  #cookieKey;
  #jwks;

  /** `redeem(token)` → `{ ok, body }`: as the shopper comes in, so that the token from the URL is of use to nobody else. */
  constructor({ edge, origin, storefront, sale, issuer = 'flashsale', enqueueSecret = null, redeem = null,
    cookiePrefix = 'fs-node-', cookieSecret = randomBytes(32) }) {
    Object.assign(this, { edge, origin, storefront, sale, issuer, enqueueSecret, redeem, cookiePrefix });
    this.#cookieKey = createHash('sha256').update(cookieSecret).digest();
    // The last good keys stay; a new kid causes a fetch, once a second at the most; withdrawn keys go by the refresh.
    this.#jwks = createRemoteJWKSet(new URL('/.well-known/jwks.json', edge),
      { cooldownDuration: 1000, cacheMaxAge: Infinity, timeoutDuration: 5000 });
    const refresh = () => this.#jwks.reload().catch(error => console.warn(`keys not fetched: ${error.message}`));
    setInterval(refresh, REFRESH_MS).unref();
    refresh();
  }

  /** The admitted shopper `{ token, id, sub, unit, exp }`, or null when the request has been answered. */
  async admit(request, response, shopper = null) {
    const url = new URL(request.url, this.origin);
    response.setHeader('Cache-Control', 'no-store');
    const token = request.method === 'GET' ? url.searchParams.get('admission') : null;
    const known = await this.#readCookie(request, response);
    if (token === null) return known ?? this.#refuse(request, response, shopper);

    let admission;
    try {
      admission = await this.#verify(token);
    } catch (error) {
      if (!this.#jwks.jwks()) return unavailable(response); // no keys yet: not the token's fault
      if (!(error instanceof errors.JOSEError || error instanceof TypeError)) throw error; // TypeError: fetch failed
      admission = null;
    }
    if (admission && (known?.id === admission.id || this.#spend(token, admission.exp))) {
      const cart = await this.redeem?.(token);
      if (cart && this.isOver(cart)) {
        this.forget(response);
        return this.#bounce(request, response, shopper);
      }
      await this.#writeCookie(response, admission);
    } else if (!known) {
      return this.#bounce(request, response, shopper);
    }
    return redirect(response, this.#clean(request));
  }

  /** True when the ledger says that the admission is over: forget it, and the line gives a new place. */
  isOver({ ok, body }) {
    return !ok && OVER.includes(body.code);
  }

  /** Ends the visit: the next request goes to the line. */
  forget(response) {
    addCookie(response, `${this.cookiePrefix}${this.sale}=; Path=/; Max-Age=0`);
  }

  async #verify(token) {
    if (token.length > MAX_TOKEN) return null;
    const { payload } = await jwtVerify(token, this.#jwks, {
      algorithms: ['ES256'], issuer: this.issuer, audience: this.storefront, clockTolerance: SKEW_SECONDS,
      requiredClaims: ['exp', 'sub', 'jti', 'sale', 'unit', 'place', 'redeemBy'],
    });
    return payload.sale === this.sale
      ? { token, id: payload.jti, sub: payload.sub, unit: payload.unit, exp: payload.exp } : null;
  }

  // Each token opens the storefront once. Without the signature: ECDSA's can be rewritten into another valid one.
  #spend(token, exp) {
    const key = createHash('sha256').update(token.slice(0, token.lastIndexOf('.'))).digest('base64');
    const now = Date.now() / 1000;
    if (this.#spent.size >= MAX_SPENT)
      for (const [old, until] of this.#spent) if (until < now) this.#spent.delete(old);
    if (this.#spent.has(key) || this.#spent.size >= MAX_SPENT) return false;
    this.#spent.set(key, exp + SKEW_SECONDS);
    return true;
  }

  async #refuse(request, response, shopper) {
    const page = this.#bounded(isNavigation(request) ? this.#clean(request) : this.#pageOf(request));
    let lineUrl = `${this.edge}/line/${this.sale}?returnUrl=${encodeURIComponent(page)}`;
    if (shopper && this.enqueueSecret) lineUrl += `&enqueueToken=${await this.#enqueueToken(shopper)}`;
    if (isNavigation(request)) return redirect(response, lineUrl);
    response.setHeader('X-FlashSale-Line-Url', lineUrl);
    response.setHeader('Access-Control-Expose-Headers', 'X-FlashSale-Line-Url');
    return problem(response, 401, 'admissionRequired', { lineUrl });
  }

  // The line gives back no longer address.
  #bounded(page) {
    const short = page.length > MAX_RETURN_URL ? page.split(/[?#]/)[0] : page;
    return short.length > MAX_RETURN_URL ? `${this.origin}/` : short;
  }

  #bounce(request, response, shopper) {
    const name = `${this.cookiePrefix}bounced`;
    const bounces = Number.parseInt(cookies(request)[name] ?? '0', 10) || 0;
    if (bounces >= MAX_BOUNCES) {
      addCookie(response, `${name}=; Path=/; Max-Age=0`);
      return problem(response, 401, 'admissionInvalid');
    }
    addCookie(response, `${name}=${bounces + 1}; Path=/; Max-Age=60; HttpOnly; SameSite=Lax`);
    return this.#refuse(request, response, shopper);
  }

  #enqueueToken(shopper) {
    return new SignJWT({ sale: this.sale }).setProtectedHeader({ alg: 'HS256' }).setIssuer(this.storefront)
      .setAudience('waitingroom').setSubject(shopper).setIssuedAt().setExpirationTime('10m')
      .sign(new TextEncoder().encode(this.enqueueSecret));
  }

  async #writeCookie(response, { token, id, sub, unit, exp }) {
    const now = Math.floor(Date.now() / 1000);
    const until = Math.min(now + IDLE_SECONDS, exp);
    const value = await new EncryptJWT({ token, id, sub, unit, end: exp })
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' }).setAudience(this.sale).setExpirationTime(until)
      .encrypt(this.#cookieKey);
    addCookie(response, `${this.cookiePrefix}${this.sale}=${value}; Path=/; Max-Age=${Math.max(0, until - now)}; HttpOnly; `
      + `SameSite=Lax${this.origin.startsWith('https:') ? '; Secure' : ''}`);
  }

  // The token itself is no cookie: whoever copied it from a URL could send it.
  async #readCookie(request, response) {
    const value = cookies(request)[this.cookiePrefix + this.sale];
    if (!value) return null;
    try {
      const { payload } = await jwtDecrypt(value, this.#cookieKey, { audience: this.sale });
      const shopper = { token: payload.token, id: payload.id, sub: payload.sub, unit: payload.unit, exp: payload.end };
      // A key that is published no more has been revoked, and whoever came in by one goes out with it.
      const kid = decodeProtectedHeader(shopper.token).kid;
      if (this.#jwks.jwks()?.keys.every(key => key.kid !== kid)) return null;
      if (payload.exp < shopper.exp && payload.exp - Date.now() / 1000 < IDLE_SECONDS / 2)
        await this.#writeCookie(response, shopper);
      return shopper;
    } catch (error) {
      if (error instanceof errors.JOSEError) return null;
      throw error;
    }
  }

  // Always absolute: a path such as //evil.example would otherwise be another host's address in a Location.
  #clean(request) {
    const [path, query = ''] = splitOnce(request.url.replace(/^[a-z]+:\/\/[^/?]*/i, ''), '?'); // a proxy may name the host
    const kept = query.split('&').filter(pair => !isToken(pair)).join('&');
    return this.origin + path + (kept ? `?${kept}` : '');
  }

  // A script's request comes from a page: the shopper wants to return there, not to the JSON.
  #pageOf(request) {
    const referer = request.headers.referer ?? '';
    if (referer === this.origin || referer.startsWith(`${this.origin}/`)) return referer;
    return request.method === 'GET' ? this.#clean(request) : `${this.origin}/`;
  }
}

function isNavigation({ method, headers }) {
  return method === 'GET' && (headers.accept ?? '').includes('text/html') && !headers['x-requested-with']
    && ['navigate', undefined].includes(headers['sec-fetch-mode']);
}

function isToken(pair) {
  const [name] = splitOnce(pair, '=');
  try {
    return decodeURIComponent(name).toLowerCase() === 'admission';
  } catch {
    return false; // not an encoded name, so not that one
  }
}

function splitOnce(text, mark) {
  const at = text.indexOf(mark);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

export function cookies(request) {
  const pairs = (request.headers.cookie ?? '').split(';').map(pair => splitOnce(pair.trim(), '='));
  return Object.fromEntries(pairs.filter(pair => pair.length === 2));
}

export function addCookie(response, cookie) {
  response.setHeader('Set-Cookie', [...[response.getHeader('Set-Cookie') ?? []].flat(), cookie]);
}

// no-store and no-referrer: the address with the token stays in no cache and no Referer.
function redirect(response, location) {
  response.writeHead(302, { Location: location, 'Referrer-Policy': 'no-referrer' }).end();
  return null;
}

function problem(response, status, code, more = {}) {
  response.writeHead(status, { 'Content-Type': 'application/problem+json' })
    .end(JSON.stringify({ type: 'about:blank', status, code, ...more }));
  return null;
}

function unavailable(response) {
  response.setHeader('Retry-After', '2');
  return problem(response, 503, 'unavailable');
}
