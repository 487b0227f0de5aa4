// The cart: puts the admitted unit in, counts down to pay-by; cart-paying.js pays. The server decides everything; a lost answer is
// asked for again with the same key, so that nobody pays twice and nobody is told a guess.
var base = '/sales/' + C.sale + '/reservations', memory = 'fs-cart:' + C.sale;
var mine = null, failures = 0, timer = null, paying = false, checks = 0;
function next(ms, then) { clearTimeout(timer); timer = setTimeout(then || refresh, ms); }

function add() {
  // The body says nothing: the admission, which travels in the cookie, names the sale, the shopper and the unit.
  request('POST', base, {}).then(function (r) {
    if (r.status === 200 || r.status === 201) { failures = 0; return render(r.body); }
    var id = r.body.reservation && (r.body.reservation.id || r.body.reservation) || recall(memory);
    if (id && /^(alreadyReserved|admissionSpent|reservationEnded|admissionMissed|saleEnded)$/.test(r.body.code)) return look(id, r);
    refused(r, add);
  }, function () { offline(add); });
}
function look(id, original) {
  request('GET', '/reservations/' + id).then(function (r) {
    if (r.status === 200) { failures = 0; render(r.body); } else refused(original, add);
  }, function () { offline(function () { look(id, original); }); });
}
function refresh() {
  if (!mine) return add();
  request('GET', '/reservations/' + mine.id).then(function (r) {
    if (r.status === 200) { failures = 0; return render(r.body); }
    refused(r, refresh);
  }, function () { offline(refresh); });
}
function offline(again, r) {
  failures++;
  problem(r && r.status ? T['busy'] : T['offline']);
  next(backoff(failures, r), again);
}
function refused(r, again) {
  var code = r.body.code;
  if (r.status === 429 || r.status >= 500) return offline(again, r);
  over('stuck', T['problem.' + code] || T['problem.malformed'], T['next.' + code] || T['next.malformed']);
  show('toline', /^(admissionRequired|admissionInvalid|wrongSale|notYourTurn|ticketInvalid)$/.test(code));
  show('again', /^(admissionSpent|admissionMissed|reservationEnded)$/.test(code));
  show('retry', /^(malformed|tooLarge|unsupportedMediaType|idempotencyKeyReused|paymentInProgress)$/.test(code));
}

// -- the states
function state(name, title, lead) {
  var changed = document.body.dataset.state !== name || $('title').textContent !== title;
  document.body.dataset.state = name; put('title', title); put('lead', lead);
  document.title = title + ' · ' + C.name;
  if (changed) { announce(title + '. ' + lead, true); if (name !== 'held') $('title').focus({ preventScroll: true }); }
}
function problem(text) { show('problem', !!text); put('problem', text || ''); if (text) announce(text, true); }
function over(name, title, lead) {
  clearTimeout(timer); busy(false); problem('');
  state(name, title, lead); show('outcome', true); window.scrollTo(0, 0);
}
function render(v) {
  mine = v; remember(memory, v.id);
  put('unit', say('unit', { n: num(v.unit) })); put('price', money(v.price)); put('total', money(v.price));
  if (v.state === 'sold') return sold(v);
  if (v.state === 'released') return released(v);
  if (/refund/.test(v.state)) return returned(v);
  if (v.payment.state === 'actionRequired') return asked(v);
  if (/processing|unknown|authorised/.test(v.payment.state)) return checking(v);
  cardForm(v.price);
  checks = 0; show('outcome', false);
  if (!paying) busy(false);
  var down = v.payment.providerDown;
  if (v.payment.state === 'declined') {
    state('held', T.declined, T.declinedlead);
    problem(say('attempts', { n: num(v.payment.attemptsLeft) }));
  } else {
    state('held', T.held, T.heldlead);
    if (!paying) problem('');
  }
  if (down) problem(T.nopayments);
  put('paytext', say('payamount', { price: money(v.price) }));
  tick(); next(Date.parse(v.payBy) > serverNow() ? (down ? 3000 : 15000) : 1000);
}
function checking(v) {
  busy(true); checks++;
  var long = checks > 2;
  state('checking', T[long ? 'unknown' : 'processing'], T[long ? 'unknownlead' : 'processinglead']);
  problem(''); tick(); next(Math.min(5000, 1000 * checks));
}
function sold(v) {
  forgetKey();
  over('sold', T.sold, T.soldlead);
  show('mark', true); show('order', true); show('next', true);
  put('ordernumber', v.orderNumber || ''); put('paid', money(v.price));
}
// The money of a sold unit goes back: the operator has decided so.
function returned(v) {
  var done = v.state === 'refunded';
  forgetKey();
  over('ended', T[done ? 'moneyback' : 'refunding'], T[done ? 'moneybacklead' : 'refundinglead']);
  show('order', true); show('next', false); put('ordernumber', v.orderNumber || ''); put('paid', money(v.price));
  if (!done) next(15000);
}
function released(v) {
  forgetKey();
  var key = { cancelled: 'cancelled', declined: 'usedup' }[v.reason] || 'expired';
  over('ended', T[key], T[key + 'lead']); show('again', true);
  if (/voided|refunded/.test(v.payment.state)) put('lead', T[key + 'lead'] + ' ' + T[v.payment.state]);
}

// -- the clock: what the shopper sees ends at pay-by; the server releases a little later
var warned = 0, ended = false;
function tick() {
  if (!mine || mine.state !== 'held') return;
  var ms = Date.parse(mine.payBy) - serverNow(), all = C.paySeconds * 1000;
  put('clock', left(ms));
  var part = Math.max(0, Math.min(1, ms / all));
  stack(['fill'], [part], 1);
  attr('progress', 'aria-valuenow', String(Math.round(part * 100))); attr('progress', 'aria-valuetext', left(ms));
  [60, 30, 10].forEach(function (s) {
    if (ms < s * 1000 && ms > (s - 5) * 1000 && warned !== s) { warned = s; announce(say('left', { time: left(ms) }), true); }
  });
  if (ms <= 0 && !paying && !ended) { ended = true; $('paybutton').disabled = true; next(1000); }
}
setInterval(tick, 1000);
document.addEventListener('visibilitychange', function () { if (!document.hidden && mine && mine.state === 'held' && !paying) next(0); });
window.addEventListener('online', function () { if (failures) next(0); });
window.addEventListener('pageshow', function (e) { if (e.persisted) location.reload(); });
