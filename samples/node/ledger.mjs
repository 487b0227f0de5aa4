// Server to server: the unit of an admitted shopper, with the storefront's API key. What is redeemed with it only the key
// opens; the shopper's token, which was in a URL, is worthless from then on.

const TRIES = 3;               // every call is safe to repeat, so it is repeated when the answer was lost
const TIMEOUT_MS = 5000;
const PAUSE_MS = 200;

export class Ledger {
  constructor({ edge, sale, apiKey }) {
    Object.assign(this, { edge, sale, apiKey });
  }

  /** The admitted unit, reserved: the same one however often. All answers are `{ ok, body }`. */
  redeem(admission, patience) {
    return this.#call('POST', `/sales/${this.sale}/reservations`, { admission }, patience);
  }

  /** The shop has the money: sold. `reservationEnded` means: too late, refund the shopper. */
  confirm(id) {
    return this.#call('POST', `/reservations/${encodeURIComponent(id)}/confirm`);
  }

  /** To the next in line. */
  giveBack(id) {
    return this.#call('DELETE', `/reservations/${encodeURIComponent(id)}`);
  }

  async #call(method, path, body = null, { tries = TRIES, timeoutMs = TIMEOUT_MS } = {}) {
    for (let attempt = 1; attempt <= tries; attempt++) {
      if (attempt > 1) await new Promise(later => setTimeout(later, PAUSE_MS * attempt));
      try {
        const answer = await fetch(this.edge + path, {
          method,
          headers: { Authorization: `Bearer ${this.apiKey}`, ...(body && { 'Content-Type': 'application/json' }) },
          body: body && JSON.stringify(body),
          signal: AbortSignal.timeout(timeoutMs),
        });
        if (answer.status < 500) return { ok: answer.ok, body: await answer.json() };
      } catch (error) {
        console.warn(`${method} ${path}: ${error.message}`);
      }
    }
    return { ok: false, body: { code: 'unavailable' } };
  }
}
