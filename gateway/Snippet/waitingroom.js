// FlashSale's snippet for storefronts of static pages or a single page: sends the shopper to the line, takes the admission
// from the URL, and uses it for calls to the edge. No dependencies. The protocol: docs/embedding.md.
//
//   <script type="module" src="https://line.example/waitingroom.js" integrity="…" crossorigin="anonymous"></script>
//   const admission = await waitingRoom.enter({ sale: 'xphone' });      // goes to the line when there is none
//   const cart = await waitingRoom.fetch('/sales/xphone/reservations', { method: 'POST' });
//
// Events (it is an EventTarget): 'admitted', 'leaving' (to the line; cancel it to stay), 'expired', 'status'.

const EDGE = new URL(import.meta.url).origin;
const PARAMETER = 'admission';
const STATUS_MS = 5000;       // the public view of a sale is cached for a second; people need less
const STATUS_JITTER = 0.25;
const MAX_RETURN_URL = 2048;

export class WaitingRoom extends EventTarget {
  /**
   * The shopper's admission to the sale: `{ token, sale, unit, admissionId, redeemBy, expiresAt }`. Without one the browser
   * goes to the line, and this never returns. The token is verified by who is called with it, not here.
   */
  async enter({ sale, enqueueToken = null, returnUrl = location.href }) {
    const admission = this.#arrive(sale) ?? this.current(sale);
    if (admission) return admission;
    return this.#toLine(this.lineUrl({ sale, enqueueToken, returnUrl }));
  }

  /** The admission that this tab has, or null. */
  current(sale) {
    const admission = read(sessionStorage.getItem(key(sale)), sale);
    if (admission) return admission;
    if (sessionStorage.getItem(key(sale)) !== null) {
      this.forget(sale);
      this.#fire('expired', { sale });
    }
    return null;
  }

  /** Forgets the admission, for example when the unit has been bought or given back. */
  forget(sale) {
    sessionStorage.removeItem(key(sale));
  }

  /**
   * `fetch` with the admission, for paths of the edge (`/sales/…`, `/reservations/…`). Where an answer is 401 with a
   * `lineUrl`, from the edge or from the storefront's own server, the browser goes to the line.
   */
  async fetch(path, { sale = saleOf(path), headers = {}, ...rest } = {}) {
    const url = new URL(path, EDGE);
    const token = url.origin === EDGE ? this.current(sale)?.token : null;
    const sent = new Headers(headers);
    if (token) sent.set('Authorization', `Bearer ${token}`);
    const send = body => fetch(
      url, { ...rest, body, headers: sent, credentials: url.origin === EDGE ? 'omit' : 'same-origin' });
    let answer = await send(rest.body);
    if (answer.status === 428 && url.origin === EDGE) {
      const proof = await prove(answer);
      if (proof) {
        sent.set('Content-Type', 'application/json');
        answer = await send(JSON.stringify({ ...JSON.parse(rest.body || '{}'), proof }));
      }
    }
    return answer.status === 401 ? this.#refused(answer, sale) : answer;
  }

  /** Reads the public view of the sale, again and again while the page is seen, and fires 'status'. Returns how to stop. */
  watch({ sale }) {
    let timer;
    let stopped = false;
    const look = async () => {
      if (typeof document === 'undefined' || !document.hidden) {
        const answer = await fetch(`${EDGE}/sales/${encodeURIComponent(sale)}`, { credentials: 'omit' }).catch(() => null);
        if (answer?.ok && !stopped) this.#fire('status', await answer.json());
      }
      if (!stopped) timer = setTimeout(look, STATUS_MS * (1 + Math.random() * STATUS_JITTER));
    };
    look();
    return () => { stopped = true; clearTimeout(timer); };
  }

  /** The waiting page's address. */
  lineUrl({ sale, enqueueToken = null, returnUrl = location.href }) {
    const url = new URL(`/line/${encodeURIComponent(sale)}`, EDGE);
    url.searchParams.set('returnUrl', pageOf(returnUrl));
    if (enqueueToken) url.searchParams.set('enqueueToken', enqueueToken);
    return url.href;
  }

  // Back from the line: the token goes from the URL into the tab's storage, before anything else can see the URL.
  #arrive(sale) {
    const token = new URL(location.href).searchParams.get(PARAMETER);
    if (token === null) return null;
    history.replaceState(history.state, '', withoutToken(location.href));
    const admission = read(token, sale);
    if (!admission) return null;
    sessionStorage.setItem(key(sale), token);
    this.#fire('admitted', admission);
    return admission;
  }

  async #refused(answer, sale) {
    const { lineUrl } = await answer.clone().json().catch(() => ({}));
    if (!lineUrl) return answer;
    const url = new URL(lineUrl, answer.url);
    if (url.origin !== EDGE || !url.pathname.startsWith('/line/')) return answer; // not this line's word
    this.forget(sale);
    url.searchParams.set('returnUrl', pageOf(location.href));
    return this.#toLine(url.href);
  }

  #toLine(lineUrl) {
    if (!this.#fire('leaving', { lineUrl })) return Promise.reject(new Error('stayed: the leaving event was cancelled'));
    location.assign(lineUrl);
    return new Promise(() => {}); // the page is being left
  }

  #fire(type, detail) {
    return this.dispatchEvent(new CustomEvent(type, { detail, cancelable: true }));
  }
}

export const waitingRoom = globalThis.waitingRoom ??= new WaitingRoom();

// Many are joining, and the edge asks for a little work first: done in a worker. Null where the page allows none.
async function prove(answer) {
  try {
    const { challenge, bits } = await answer.clone().json();
    const code = await fetch(`${EDGE}/waitingroom-work.js`, { credentials: 'omit' });
    const worker = new Worker(URL.createObjectURL(await code.blob()));
    return await new Promise((done, failed) => {
      worker.onmessage = event => done(event.data);
      worker.onerror = failed;
      worker.postMessage([challenge, bits]);
    }).finally(() => worker.terminate());
  } catch {
    return null;
  }
}

function key(sale) {
  return `fs-admission-${sale}`;
}

function saleOf(path) {
  return /\/sales\/([^/]+)\//.exec(path)?.[1] ?? /\/reservations\/([a-z0-9-]+)_/.exec(path)?.[1] ?? '';
}

// Everything else stays as it was written: URLSearchParams would write it anew.
function withoutToken(href) {
  const url = new URL(href);
  const kept = url.search.slice(1).split('&').filter(pair => !new URLSearchParams(pair).has(PARAMETER)).join('&');
  if (kept !== url.search.slice(1)) url.search = kept;
  return url.href;
}

// The line gives back no longer address.
function pageOf(href) {
  const page = withoutToken(href);
  const short = page.length > MAX_RETURN_URL ? page.split(/[?#]/)[0] : page;
  return short.length > MAX_RETURN_URL ? `${new URL(href).origin}/` : short;
}

// What a token says, when it is for this sale and still good; null otherwise, and for anything that is no token.
function read(token, sale) {
  try {
    const claims = JSON.parse(new TextDecoder().decode(Uint8Array.from(
      atob(token.split('.')[1].replaceAll('-', '+').replaceAll('_', '/')), letter => letter.charCodeAt(0))));
    if (claims.sale !== sale || claims.exp * 1000 <= Date.now()) return null;
    return {
      token, sale, unit: claims.unit, admissionId: claims.jti,
      redeemBy: new Date(claims.redeemBy * 1000), expiresAt: new Date(claims.exp * 1000),
    };
  } catch {
    return null;
  }
}
