// -- my turn
var asked = false, trips = memory + ':trips';
function turn(v) {
  countTo(Date.parse(v.redeemBy), 'claimin');
  if (asked) return;
  asked = true;
  // Sent to the shop and back here three times: the shop doesn't see our cookie.
  var loops = +recall(trips) > 2, hidden = document.hidden;
  enter('admitted', loops ? 'cookies' : 'admitted', loops ? 'cookies' : hidden ? 'ask' : 'admitted');
  action('continue', claim); show('back', false); title('● ' + T.admitted);
  ring();
  if (hidden) call4attention(); else if (!loops) setTimeout(claim, 1500);
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

// -- attention: only what the shopper has switched on
var audio = null, mayNotify = false;
function tone(wait, hz) {
  var o = audio.createOscillator(), g = audio.createGain(), at = audio.currentTime + wait;
  o.frequency.value = hz; o.connect(g); g.connect(audio.destination);
  g.gain.setValueAtTime(0.25, at); g.gain.setTargetAtTime(0, at + 0.1, 0.1);
  o.start(at); o.stop(at + 0.6);
}
function ring() { if (audio) [0, 0.2, 0.9, 1.1, 1.8, 2].forEach((at, i) => tone(at, i % 2 ? 880 : 660)); }
function pressed(id, on) { attr(id, 'aria-pressed', on + ''); }
$('sound').onclick = () => {
  if (audio) { audio.close(); audio = null; } else { audio = new AudioContext(); tone(0, 880); }
  pressed('sound', !!audio);
};
$('notify').onclick = () => {
  if (mayNotify) return pressed('notify', mayNotify = false);
  Notification.requestPermission().then(p => pressed('notify', mayNotify = p === 'granted'));
};
function call4attention() {
  if (!mayNotify) return;
  try {
    var n = new Notification(T.admitted, { body: C.name + ': ' + T.asklead, tag: memory, requireInteraction: true });
    n.onclick = () => { focus(); n.close(); };
  } catch (e) { /* some phones allow notifications only from a service worker */ }
}
$('leavenow').onclick = () => {
  call('DELETE', 'ticket').then(() => { $('leave').open = false; joined = true; poll(); }, lost);
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
document.addEventListener('visibilitychange', () => { if (!document.hidden) { tick(); soon(); } });
addEventListener('online', soon);
addEventListener('pageshow', e => { if (e.persisted) { asked = false; next(0); } });

// -- start
var aheadLabel = $('aheadlabel').textContent;
$('back').href = C.home || '/';
$('langs').childNodes.forEach(a => {
  var q = new URLSearchParams(query);
  q.set('lang', a.lang); a.href = '?' + q;
});
show('langs', true);
show('notify', 'Notification' in window && Notification.permission !== 'denied');
poll();
