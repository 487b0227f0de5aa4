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
