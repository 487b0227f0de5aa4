// The product page: the sale's state and the countdown, by the server's clock. One small cacheable request every 15 s or so,
// more often around the start. Signing in and joining work without this script.
var view = null, failures = 0, timer = null, until = null, memory = 'fs:' + C.sale;
function load() {
  request('GET', '/sales/' + C.sale).then(function (r) {
    if (r.status === 200) { failures = 0; render(r.body); next(pause(r.body)); return; }
    if (r.status === 404) { put('status', T.unknown); document.body.dataset.state = 'unknown'; return; }
    next(backoff(++failures, r));
  }, function () { next(backoff(++failures)); });
}
function next(ms) { clearTimeout(timer); timer = setTimeout(load, ms); }
function pause(v) {
  var ms = 12000 + Math.random() * 6000;
  [v.queueOpensAt, v.startsAt, v.endsAt].forEach(function (at) {
    // Look again just after each change, not everyone in the same instant.
    var left = at ? Date.parse(at) - serverNow() : -1;
    if (left > 0) ms = Math.min(ms, left + 200 + Math.random() * 1500);
  });
  return ms;
}
function render(v) {
  view = v;
  var s = v.saleState;
  if (document.body.dataset.state !== s) document.body.dataset.state = s;
  put('price', money(v.price));
  var key = s === 'open' ? (v.units.available > 0 ? 'open' : 'openempty') : s;
  if ($('status').textContent !== T[key]) { put('status', T[key]); announce(T[key], true); }
  until = s === 'scheduled' ? v.queueOpensAt : s === 'prequeue' ? v.startsAt : null;
  show('clock', !!until);
  if (until) put('clockat', say('at', { time: clock(Date.parse(until) - offset) }));
  var selling = /open|paused|soldOut|ended/.test(s);
  show('stock', selling);
  if (selling) stock(v.units);
  show('notice', !!v.message); put('notice', v.message || '');
  var over = s === 'soldOut' || s === 'ended';
  show('join', !over); show('guest', !over && v.identity === 'anonymous');
  tick();
}
function stock(u) {
  put('sold', num(u.sold)); put('carts', num(u.inCarts)); put('free', num(u.available));
  stack(['barsold', 'barcarts', 'barfree'], [u.sold, u.inCarts, u.available], u.total);
}
function tick() {
  if (!until) return;
  var ms = Date.parse(until) - serverNow();
  put('clocktime', ms > 0 ? left(ms) : T.now);
}
setInterval(tick, 1000);
document.addEventListener('visibilitychange', function () { if (!document.hidden) next(0); });
if (C.price) put('price', money(C.price));
load();
