// The waiting page. One loop: ask for the place, show it, sleep for as long as the server says. Every number on the page
// is the server's; times are counted down by the server's clock. Without this script the page is a form.
var query = new URLSearchParams(location.search);
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

// -- the server
var ticket = null, sendTicket = false;
function call(method, name, body) {
  return request(method, path + name, body, sendTicket && ticket ? { Authorization: 'Ticket ' + ticket } : {});
}

// -- what the browser remembers: who this tab joined as, and how long the line was then
var token = query.get('enqueueToken'), known = recall(memory);
var joined = known !== null && (!token || token === known);
if (!token && known && known !== '1') token = known;
// The shop says that the reservation of the place has ended. The line may learn of it a moment later.
var anew = query.has('again') ? 8 : 0;
if (anew) joined = false;

// -- timers that a browser doesn't slow down in a hidden tab, where the place must still be seen to
var later = function (ms, then) { var t = setTimeout(then, ms); return function () { clearTimeout(t); }; };
try {
  var calls = {}, last = 0;
  var worker = new Worker(URL.createObjectURL(new Blob(
    ['onmessage=function(e){setTimeout(function(){postMessage(e.data[0])},e.data[1])}'])));
  worker.onmessage = function (e) { var f = calls[e.data]; delete calls[e.data]; if (f) f(); };
  worker.onerror = function () { worker = null; };
  var plainly = later;
  later = function (ms, then) {
    if (!worker || !document.hidden) return plainly(ms, then);
    var id = ++last; calls[id] = then; worker.postMessage([id, ms]);
    return function () { delete calls[id]; };
  };
} catch (e) { /* a browser without workers slows its hidden tabs down */ }

// -- the loop
var view = null, state = 'joining', cancel = null, busy = false, failures = 0, polledAt = 0, dueAt = 0;
function next(ms) {
  if (cancel) cancel();
  dueAt = performance.now() + ms;
  cancel = later(ms, poll);
}
function poll() {
  if (busy) return;
  busy = true; polledAt = performance.now();
  var body = token ? { enqueueToken: token } : {};
  (joined ? call('GET', 'ticket') : call('POST', 'ticket', body)).then(answer, lost).then(function () { busy = false; });
}
function answer(r) {
  var b = r.body;
  if (r.status === 200 || r.status === 201) {
    if (!joined && b.state === 'redeemed' && anew-- > 0) return next(750);
    if (!joined) { joined = true; ticket = b.ticket || ticket; remember(memory, token || '1') && forget(); }
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
  var end = { alreadyBought: 'bought', saleEnded: 'ended', enqueueTokenInvalid: 'signin', unknownSale: 'unknown' }[b.code];
  if (end === 'ended') return whyEnded();
  return end ? over(end) : lost(r);
}
function whyEnded() {
  // Who comes when nothing is left hears that, not only that the line is closed.
  return request('GET', '/sales/' + C.sale).then(function (r) {
    over(r.body.saleState === 'soldOut' ? 'soldout' : 'ended');
  }, function () { over('ended'); });
}
function lost(r) {
  next(backoff(++failures, r));
  if (failures > 1 || !(r && r.status === 429)) trouble((r && r.status ? 'busy' : 'lost') + (joined ? '' : '0'));
}
var why = null;
function trouble(key) {
  why = key; show('trouble', true);
  retryText(); announce($('trouble').textContent, failures === 1);
}
function retryText() {
  if (!failures || !why || $('trouble').hidden) return;
  var s = Math.ceil((dueAt - performance.now()) / 1000);
  put('trouble', s > 0 ? say(why, { n: num(s) }) : T.retrying);
}
function forget() {
  // The invitation leaves the address bar, the history and what is shared by copying the link.
  query.delete('enqueueToken'); query.delete('again');
  history.replaceState(null, '', '?' + query);
}

// -- the states
function enter(name, titleKey, leadKey) {
  put('title', T[titleKey]); put('lead', T[leadKey]);
  var changed = state !== name;
  state = name;
  if (document.body.dataset.state !== name) document.body.dataset.state = name;
  if (changed) announce(T[titleKey] + '. ' + T[leadKey], true);
  return changed;
}
function title(text) { text += ' · ' + C.name; if (document.title !== text) document.title = text; }
function action(key, then) {
  show('acts', true); show('go', !!key);
  if (key) { put('go', T[key]); $('go').onclick = then; $('go').disabled = false; }
}
function countTo(at, labelKey, atText) {
  until = at; show('clock', !!at);
  if (at) { put('clocklabel', T[labelKey]); put('clockat', atText || '\u00a0'); tick(); }
}
var until = null;
function render(v) {
  var before = view, was = v.state;
  view = v;
  units(before && before.units, v.units);
  put('updated', say('updated', { time: clock(Date.now(), true) }));
  put('ref', say('ref', { ref: C.sale + '-' + v.number }));
  var text = v.message || (v.saleState === 'paused' ? T.paused : '');
  show('notice', !!text); put('notice', v.message && v.saleState === 'paused' ? v.message + ' ' + T.paused : text);
  if (text && text !== heard) { heard = text; announce($('notice').textContent, true); }
  if (was !== 'admitted') asked = false;
  if (was === 'soldOut' || (v.saleState === 'soldOut' && was === 'waiting')) return over('soldout', v.nextPollMs);
  if (was === 'ended') return over('ended');
  if (was === 'admitted') { turn(v); return next(v.nextPollMs); }
  if (was === 'waiting' || was === 'prequeue') inLine(v);
  else stopped(was);
  next(v.nextPollMs);
}
var heard = '';
function inLine(v) {
  var early = v.state === 'prequeue', drawn = early && C.order === 'shuffle', first = !early && v.ahead === 0;
  enter(early ? 'prequeue' : 'waiting', early ? 'prequeue' : first ? 'next' : 'waiting',
    drawn ? 'shufflelead' : early ? 'prequeuelead' : first ? 'nextlead' : 'waitinglead');
  show('acts', false);
  countTo(early ? Date.parse(v.startsAt) : null, 'startsin', say('startsat', { time: clock(Date.parse(v.startsAt)) }));
  put('aheadlabel', drawn ? T.entry : T.aheadlabel);
  put('ahead', num(drawn ? v.number : v.ahead || 0));
  put('number', drawn ? T.drawn : num(v.number));
  put('eta', early ? T.eta0 : wait(v.eta));
  attr('chance', 'data-is', v.outlook || '');
  put('chance', T[v.outlook] || T.chance0); put('chancewhy', T[v.outlook + 'why'] || '');
  progress(v); safe(v, early);
  title(early || v.ahead === null ? T[early ? 'prequeue' : 'waiting'] : say('tab', { n: num(v.ahead) }));
  announce(say('say', { ahead: num(v.ahead || 0), eta: $('eta').textContent, chance: $('chance').textContent }));
}
function progress(v) {
  if (v.ahead === null || v.state === 'prequeue') return;
  var key = memory + ':' + v.number, from = Math.max(+recall(key) || 0, v.ahead, 1);
  if (String(from) !== recall(key)) remember(key, String(from));
  var done = Math.round(100 * (from - v.ahead) / from);
  // A little is always filled, so that it is seen to be a bar.
  stack(['fill'], [Math.max(done, 2)], 100);
  attr('progress', 'aria-valuenow', String(done));
  attr('progress', 'aria-valuetext', T.aheadlabel + ': ' + num(v.ahead));
}
function safe(v, early) {
  var at = early ? Date.parse(v.startsAt) : v.eta ? serverNow() + v.eta.lowSeconds * 1000 : 0, soon = at - serverNow() < 90000;
  put('safe', !at ? T.safe : soon && !early ? T.safenow : say('safeuntil', { time: clock(at - offset) }));
}
function units(a, b) {
  if (!b) return;
  show('units', true);
  put('sold', num(b.sold)); put('carts', num(b.inCarts)); put('free', num(b.available));
  stack(['barsold', 'barcarts', 'barfree'], [b.sold, b.inCarts, b.available], b.total);
  if (!a || a.total !== b.total) return;
  var back = a.inCarts + a.sold - b.inCarts - b.sold;
  if (back < 1) return;
  var form = new Intl.PluralRules(own).select(back);
  put('came', (T['came.' + form] || T['came.other']).replace('{n}', num(back)));
  $('came').classList.add('on'); announce($('came').textContent);
  clearTimeout(units.timer);
  units.timer = setTimeout(function () { $('came').classList.remove('on'); }, 8000);
}
function stopped(was) {
  countTo(null); $('go').disabled = false;
  if (was === 'redeemed') { enter('redeemed', 'redeemed', 'redeemedlead'); action('tocart', claim); }
  else { enter(was, was, was + 'lead'); action('again', again); }
  title(T[was]);
}
function early(b) {
  var at = Date.parse(b.queueOpensAt);
  enter('early', 'early', 'earlylead'); action(null); title(T.early); failures = 0; show('trouble', false);
  countTo(at, 'opensin', say('startsat', { time: clock(at - offset) }));
  // Whoever waits for the opening arrives within 3 s of it, not in the same instant; clocks are compared every minute.
  next(Math.min(60000, Math.max(500, at - serverNow() + 3000 * Math.random())));
}
function over(key, pollMs) {
  countTo(null); show('notice', false); show('trouble', false);
  enter(/signin|unknown/.test(key) ? 'fatal' : 'over', key, key + 'lead'); title(T[key]);
  action(key === 'bought' ? 'tocart' : null, function () { location.assign(returnUrl || home); });
  if (pollMs) next(pollMs); else if (cancel) cancel();
}
function again() { $('go').disabled = true; joined = false; view = null; poll(); }

// -- my turn
var asked = false;
function turn(v) {
  countTo(Date.parse(v.redeemBy), 'claimin');
  if (asked) return;
  asked = true;
  var hidden = document.hidden, loops = trips();
  enter('admitted', loops ? 'cookies' : 'admitted', loops ? 'cookieslead' : hidden ? 'asklead' : 'admittedlead');
  action('continue', claim); show('back', false); title('● ' + T.admitted);
  ring();
  if (hidden) call4attention(); else if (!loops) setTimeout(claim, 1500);
}
function trips() {
  // Sent to the shop and back here three times in a minute: the shop doesn't see our cookie.
  try { return JSON.parse(sessionStorage.getItem(memory) || '[]').filter(function (t) { return Date.now() - t < 60000; }).length >= 3; }
  catch (e) { return false; }
}
function noteTrip() {
  try {
    var t = JSON.parse(sessionStorage.getItem(memory) || '[]').slice(-3);
    sessionStorage.setItem(memory, JSON.stringify(t.concat(Date.now())));
  } catch (e) { /* private mode: no loop guard */ }
}
function claim() {
  var go = $('go');
  if (go.disabled) return;
  go.disabled = true; put('go', T.going);
  call('POST', 'admission', { returnUrl: returnUrl || undefined }).then(function (r) {
    if (state === 'redeemed' && r.status === 410) return stopped('spent');
    if (r.status !== 200) { asked = false; return r.status < 500 && r.status !== 429 ? poll() : claimLater(r); }
    noteTrip();
    location.replace(r.body.continueUrl || returnUrl);
    setTimeout(function () { go.disabled = false; put('go', T['continue']); }, 5000);
  }, claimLater);
}
function claimLater(r) {
  lost(r);
  setTimeout(function () { $('go').disabled = false; if (state === 'admitted') claim(); }, 1500);
}

// -- attention: only what the shopper has switched on
var audio = null;
function tone(at, hz) {
  var o = audio.createOscillator(), g = audio.createGain();
  o.frequency.value = hz; o.connect(g); g.connect(audio.destination);
  g.gain.setValueAtTime(0.001, at); g.gain.linearRampToValueAtTime(0.25, at + 0.03);
  g.gain.exponentialRampToValueAtTime(0.001, at + 0.4);
  o.start(at); o.stop(at + 0.45);
}
function ring() {
  if (!audio) return;
  for (var i = 0; i < 3; i++) { tone(audio.currentTime + i * 0.9, 660); tone(audio.currentTime + i * 0.9 + 0.2, 880); }
}
$('sound').onclick = function () {
  var on = !audio;
  if (on) { audio = new (window.AudioContext || window.webkitAudioContext)(); tone(audio.currentTime, 880); }
  else { audio.close(); audio = null; }
  attr('sound', 'aria-pressed', String(on));
};
var mayNotify = false;
$('notify').onclick = function () {
  if (mayNotify) { mayNotify = false; return attr('notify', 'aria-pressed', 'false'); }
  Notification.requestPermission().then(function (p) {
    mayNotify = p === 'granted'; attr('notify', 'aria-pressed', String(mayNotify));
  });
};
function call4attention() {
  if (!mayNotify) return;
  try {
    var n = new Notification(T.admitted, { body: C.name + ': ' + T.asklead, tag: memory, requireInteraction: true });
    n.onclick = function () { window.focus(); n.close(); };
  } catch (e) { /* some phones allow notifications only from a service worker */ }
}
$('leavenow').onclick = function () {
  call('DELETE', 'ticket').then(function () { $('leave').open = false; joined = true; poll(); }, lost);
};

// -- each second: what counts down
function tick() {
  if (until) {
    var ms = until - serverNow();
    put('clocktime', ms <= 0 && state === 'prequeue' ? T.starting : left(ms));
    if (state === 'admitted') title('● ' + left(ms) + ' ' + T.admitted);
  }
  retryText();
}
setInterval(tick, 1000);
function soon() { if (!busy && performance.now() - polledAt > 2000) next(0); }
document.addEventListener('visibilitychange', function () { if (!document.hidden) { tick(); soon(); } });
window.addEventListener('online', soon);
window.addEventListener('pageshow', function (e) { if (e.persisted) { asked = false; next(0); } });

// -- start
var home = C.home || '/';
put('title', T.joining);
T.aheadlabel = $('aheadlabel').textContent;
$('back').href = home;
put('price', money(C.price));
[].forEach.call($('langs').children, function (a) {
  var q = new URLSearchParams(query);
  q.set('lang', a.lang); a.href = '?' + q;
});
show('langs', true);
show('notify', 'Notification' in window && Notification.permission !== 'denied');
poll();
