// The waiting page. One loop: ask for the place, show it, sleep for as long as the server says. Every number on the page
// is the server's; times are counted down by the server's clock. Without this script the page is a form.
// What the page came with; what of that is not for the address is kept in the state of its entry in the browser's history.
var entry = history.state || location.search || '?', query = new URLSearchParams(entry);
var returnUrl = query.get('returnUrl') || '';
var path = '/sales/' + C.sale + '/';
var memory = 'fs:' + C.sale;

// -- formats
function wait(eta) {
  if (!eta) return T.eta0;
  var a = eta.lowSeconds, b = eta.highSeconds;
  if (b < 10) return T.etanow;
  if (b < 60) return T.etasoon;
  if (b >= 5400) return say('etahour', { a: num(Math.max(1, Math.floor(a / 3600))), b: num(Math.ceil(b / 3600)) });
  a = Math.max(1, Math.floor(a / 60)); b = Math.ceil(b / 60);
  return a === b ? say('etamin1', { a: num(a) }) : say('etamin', { a: num(a), b: num(b) });
}
// A wait that grows, at either end, is seen to grow over a minute: one told a moment ago was no worse an estimate, also
// when none was known in between.
var eased, easedAt;
function ease(eta) {
  if (!eta) return;
  var now = performance.now(), part = Math.min(1, (now - easedAt) / 60000), was = eased || eta;
  easedAt = now; eased = {};
  for (var end in eta) eased[end] = eta[end] > was[end] ? was[end] + (eta[end] - was[end]) * part : eta[end];
  return eased;
}

// -- the server
var ticket = null, sendTicket = false;
function call(method, name, body) {
  return request(method, path + name, body, sendTicket && ticket ? { Authorization: 'Ticket ' + ticket } : {});
}
// The texts of what happens to few are loaded when it does.
function more(then) {
  return request('GET', '?view=texts&lang=' + C.lang).then(
    r => r.status === 200 ? (Object.assign(T, r.body), then()) : lost(r), lost);
}

// -- what the browser remembers: who this tab joined as, and how long the line was then
var token = query.get('enqueueToken'), known = recall(memory);
var joined = known !== null && (!token || token === known);
if (!token && known && known !== '1') token = known;
// The shop says that the reservation of the place has ended. The line may learn of it a moment later.
var anew = query.has('again') ? 8 : 0;
if (anew) joined = false;
forget();

// -- timers that a browser doesn't slow down in a hidden tab, where the place must still be seen to
var plainly = (ms, then) => { var t = setTimeout(then, ms); return () => clearTimeout(t); }, later = plainly;
try {
  var calls = {}, last = 0;
  var worker = new Worker(URL.createObjectURL(new Blob(['onmessage=e=>setTimeout(postMessage,e.data[1],e.data[0])'])));
  worker.onmessage = e => { var f = calls[e.data]; delete calls[e.data]; if (f) f(); };
  worker.onerror = () => { later = plainly; };
  later = (ms, then) => {
    if (!document.hidden) return plainly(ms, then);
    var id = ++last; calls[id] = then; worker.postMessage([id, ms]);
    return () => { delete calls[id]; };
  };
} catch (e) { /* a browser without workers slows its hidden tabs down */ }

// -- the loop
var view = null, state = 'joining', cancel = null, busy = false, failures = 0, polledAt = 0, dueAt = 0, late;
function next(ms) {
  if (cancel) cancel();
  dueAt = performance.now() + ms;
  cancel = later(ms, poll);
}
function poll() {
  if (busy) return;
  busy = true; polledAt = performance.now();
  var body = { enqueueToken: token || undefined, proof: proof };
  (joined ? call('GET', 'ticket') : call('POST', 'ticket', body)).then(answer, lost).then(() => { busy = false; });
}
function answer(r) {
  var b = r.body;
  if (r.status === 200 || r.status === 201) {
    if (!joined && b.state === 'redeemed' && anew-- > 0) return next(750);
    if (!joined) { joined = true; works = 0; ticket = b.ticket || ticket; remember(memory, token || '1') && forget(); }
    if (failures) announce(T.backon, true);
    failures = 0; show('trouble', false);
    return render(b);
  }
  if (b.code === 'ticketInvalid') {
    // No ticket yet, or the browser drops our cookie: then the header carries it.
    if (ticket && !sendTicket) sendTicket = true; else { joined = false; ticket = null; sendTicket = false; }
    return ++failures > 5 ? lost(r) : next(failures > 1 ? 1000 * failures : 0);
  }
  if (b.code === 'joiningNotOpen') return early(b);
  if (b.code === 'challengeRequired' && works++ < 4) return work(b);
  // A link is for someone else than this browser's place: it replaces nothing without a click, on a page that asks.
  // Or the place has moved to another device: that page says so.
  // Whose place it is then, the ticket says: who was remembered may be the other.
  if (/^place/.test(b.code)) return remember(memory, '1'), location.replace(entry + '&view=another');
  if (b.saleState === 'soldOut') b.code = b.saleState;
  return b.code && r.status < 428 ? over(b.code, b.order) : lost(r);
}
// Many are joining: a little work comes first, beside the page and by a script that is loaded for it.
var proof, works = 0;
function work(b) {
  if (!T.work) return more(() => work(b));
  put('lead', T.work); announce(T.work);
  return new Promise((done, failed) => {
    var w = new Worker('/waitingroom-work.js');
    w.onmessage = e => { w.terminate(); proof = e.data; done(next(0)); };
    w.onerror = failed;
    w.postMessage([b.challenge, b.bits]);
  }).catch(() => lost({ status: 503 }));
}
function lost(r) {
  next(backoff(++failures, r));
  if (failures > 1 || !(r && r.status === 429)) trouble(T[r && r.status ? 'busy' : 'lost'] + ' ' + (joined ? T.kept + ' ' : ''));
}
var why = '';
function trouble(text) {
  why = text; show('trouble', true);
  retryText(); announce($('trouble').textContent, failures === 1);
}
function retryText() {
  if (!$('trouble').hidden)
    put('trouble', why + say('retry', { n: num(Math.max(0, Math.ceil((dueAt - performance.now()) / 1000))) }));
}
function forget() {
  // The invitation leaves the address bar, the history and what is shared by copying the link, at once. Until it has
  // brought a place that is remembered, a reload and the page in another language still need it.
  ['enqueueToken', 'again', 'cookies'].forEach(name => query.delete(name));
  if (joined) entry = '?' + query;
  history.replaceState(entry, '', '?' + query);
}
