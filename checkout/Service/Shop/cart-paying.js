// -- paying: one key per attempt, kept until its outcome is certain
function keptAttempt() {
  var kept = null;
  try { kept = JSON.parse(sessionStorage.getItem(memory)); } catch (e) { /* no memory: the server still guards */ }
  return kept && kept.id === mine.id ? kept : null;
}
function newAttempt(body) {
  var receipt = $('receipt').value.trim();
  if (receipt) body.receiptEmail = receipt;
  var bytes = crypto.getRandomValues(new Uint8Array(16)), key = '';
  for (var i = 0; i < 16; i++) key += ('0' + bytes[i].toString(16)).slice(-2);
  var a = { id: mine.id, key: key, body: body };
  try { sessionStorage.setItem(memory, JSON.stringify(a)); } catch (e) { /* as above */ }
  return a;
}
function forgetKey() { try { sessionStorage.removeItem(memory); } catch (e) { /* nothing kept */ } }
function busy(on) {
  paying = on; $('paybutton').disabled = on || !!C.card && !ready; $('cards').disabled = on;
  if (on) { document.body.dataset.busy = ''; put('paytext', T.paying); } else delete document.body.dataset.busy;
}

// -- the provider's own form, where the shop has its publishable key; else its test cards are on the page
var provider = null, elements = null, ready = false, loading = false;
function cardForm(price) {
  if (!C.card || loading) return;
  loading = true; $('paybutton').disabled = true;
  var s = document.createElement('script');
  s.src = C.card.script; s.async = true;
  s.onload = function () {
    provider = window.Stripe(C.card.key, { locale: C.lang });
    elements = provider.elements({ mode: 'payment', amount: price.amount, currency: price.currency, captureMethod: 'manual' });
    var form = elements.create('payment');
    form.on('ready', function () { ready = true; if (!paying) busy(false); });
    form.mount('#element');
  };
  s.onerror = function () { s.remove(); problem(T.nopayments); setTimeout(function () { loading = false; cardForm(price); }, backoff(3)); };
  document.head.appendChild(s);
}

function pay() {
  busy(true); problem(''); clearTimeout(timer);
  if (keptAttempt()) return send();
  if (!C.card) { newAttempt({ paymentMethod: new FormData($('pay')).get('card') }); return send(); }
  // The card goes from the shopper to the provider; we get a token for it, and our server confirms.
  elements.submit().then(function (r) { return r.error ? r : provider.createConfirmationToken({ elements: elements }); })
    .then(function (r) {
      if (r.error) { busy(false); render(mine); return problem(r.error.message || T.nopayments); }
      newAttempt({ confirmationToken: r.confirmationToken.id }); send();
    }, function () { busy(false); render(mine); problem(T.nopayments); });
}
function send() {
  var a = keptAttempt();
  if (!a) return refresh();
  request('POST', '/reservations/' + mine.id + '/payments', a.body, { 'Idempotency-Key': a.key })
    .then(paid, function () { unsure(send); });
}
function paid(r) {
  var code = r.body.code;
  // The provider is down and nothing was begun: the cart says so until it is up again.
  if (r.status === 503 && r.body.payBy) { busy(false); forgetKey(); return refresh(); }
  if (r.status === 429 || r.status >= 500) return unsure(send, r);
  failures = 0;
  if (r.status === 202 && r.body.payment.nextAction) return challenge(r.body);
  // 202: the outcome is not known yet; the reservation tells it.
  if (r.status === 202 || code === 'paymentInProgress') { checks++; return refresh(); }
  forgetKey(); busy(false);
  if (r.status === 201 || code === 'paymentDeclined' || code === 'reservationEnded') return refresh();
  if (code === 'idempotencyKeyReused') return refresh();
  refused(r, refresh);
}
function unsure(again, r) {
  // The same key again: the payment happens once, however often it is asked for.
  if (++failures > 4) { failures = 0; return refresh(); }
  state('checking', T.unknown, T.unknownlead);
  next(backoff(failures, r), again);
}

// -- the bank asks the shopper: its page is opened, and our server hears of the end from the bank, not from us
var atBank = false;
function asked(v) {
  busy(true); state('bank', T.bank, T.banklead); tick(); cardForm(v.price);
  if (atBank) return next(3000);
  if (C.card && !provider) return next(200, function () { asked(v); });
  // After a reload the same key brings the same challenge back; in another window only the outcome can be waited for.
  if (keptAttempt() && checks++ < 5) send(); else next(3000);
}
function challenge(v) {
  mine = v; busy(true); atBank = true; state('bank', T.bank, T.banklead); tick(); next(3000);
  var action = v.payment.nextAction;
  if (provider) return provider.handleNextAction({ clientSecret: action.clientSecret }).then(done, done);
  if (action.url) return location.assign(action.url);
  atBank = false;

  function done() {
    var a = keptAttempt();
    atBank = false; clearTimeout(timer);
    if (!a) return refresh();
    request('POST', '/reservations/' + mine.id + '/payments/' + a.key + '/continue', {}).then(paid, function () { unsure(send); });
  }
}
$('givebacknow').onclick = function () {
  request('DELETE', '/reservations/' + mine.id).then(function (r) {
    if (r.status === 200) render(r.body); else refused(r, refresh);
  }, function () { offline(refresh); });
};
// While the button below is out of view, one beside the clock stands for it.
new IntersectionObserver(function (seen) { show('paytop', !seen[0].isIntersecting); }).observe($('paybutton'));
$('paytop').onclick = function () { if (!$('paybutton').disabled) $('pay').requestSubmit(); };
$('retry').onclick = function () { location.reload(); };
$('pay').addEventListener('submit', function (e) { e.preventDefault(); if (!paying && mine) pay(); });
put('price', money(C.price)); put('total', money(C.price)); put('lead', T.loadinglead);
add();
