// -- my turn
var asked = false, trips = memory + ':trips';
function turn(v) {
  countTo(Date.parse(v.redeemBy), 'claimin');
  if (asked) return;
  asked = true;
  // Sent to the shop and back here three times: the shop doesn't see our cookie.
  var loops = +recall(trips) > 2, hidden = document.hidden;
  if (loops && !T.cookies) { asked = false; return more(() => turn(v)); }
  enter('admitted', loops ? 'cookies' : 'admitted', loops ? 'cookies' : hidden ? 'ask' : 'admitted');
  action('continue', claim); show('back', false); title('● ' + T.admitted);
  if (helper) helper.turn();
  if (!hidden && !loops) setTimeout(claim, 1500);
}
function claim() {
  var go = $('go');
  if (go.disabled) return;
  go.disabled = true;
  call('POST', 'admission', { returnUrl: returnUrl || undefined }).then(r => {
    if (r.status === 400) return over('malformed');
    if (r.status !== 200) { asked = false; return r.status < 500 && r.status !== 429 ? poll() : claimLater(r); }
    remember(trips, +recall(trips) + 1);
    location.replace(r.body.continueUrl || returnUrl);
    setTimeout(() => { go.disabled = false; }, 5000);
  }, claimLater);
}
function claimLater(r) {
  lost(r);
  setTimeout(() => { $('go').disabled = false; if (state === 'admitted') claim(); }, 1500);
}

// -- attention: by a script that is loaded near the front, or by a click. What needs a click is done within it.
var helper;
function attend(then) {
  if (helper) return then(helper);
  var s = document.createElement('script');
  s.src = '/attention.js?lang=' + C.lang;
  s.onload = () => then(helper = helper || attention(call, memory, T));
  document.head.append(s);
}
$('sound').onclick = () => { var a = new AudioContext(); attend(h => h.sound(a)); };
$('notify').onclick = () => {
  var asked = window.Notification && Notification.requestPermission();
  attend(h => h.notify(asked));
};
$('leavenow').onclick = () => {
  call('DELETE', 'ticket').then(() => { $('leave').open = false; joined = true; poll(); }, lost);
};

// -- each second: what counts down, and how old the numbers are
var seenAt = 0;
function tick() {
  if (seenAt) {
    var age = Date.now() - seenAt, old = age > view.nextPollMs + 15000;
    put('updated', say(old ? 'stale' : 'updated', { time: left(age) }));
    attr('updated', 'data-is', old ? 'possible' : '');
  }
  if (until) {
    var ms = until - serverNow();
    put('clocktime', ms <= 0 && state === 'prequeue' ? T.starting : left(ms));
    if (state === 'admitted') title('● ' + left(ms) + ' ' + T.admitted);
  }
  retryText();
}
setInterval(tick, 1000);
function soon() { if (!busy && performance.now() - polledAt > 2000) next(0); }
document.addEventListener('visibilitychange', () => { if (!document.hidden) { tick(); soon(); } });
addEventListener('online', soon);
addEventListener('pageshow', e => { if (e.persisted) { asked = false; next(0); } });

// -- start
put('price', priced(C.price[0], C.price[2], C.price[1]));
var aheadLabel = $('aheadlabel').textContent;
$('back').href = C.home || '/';
$('langs').childNodes.forEach(a => {
  var lead = from => { var to = new URLSearchParams(from); to.set('lang', a.lang); a.href = '?' + to; };
  lead(query);
  // What is not for the address goes along with a click only.
  a.onclick = () => lead(entry);
});
show('langs', true);
show('notify', !!C.called || 'Notification' in window);
poll();
