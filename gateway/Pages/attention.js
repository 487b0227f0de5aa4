// What the waiting page does to be noticed: loaded near the front, or once its shopper switches something on.
window.attention = (call, tag, pageTexts) => {
  var audio = null, mayNotify = false;
  // Only where shoppers can be called.
  var sleep = typeof beCalled === 'function' ? beCalled(call, tag, pageTexts) : null;
  // A dot in the tab at the turn.
  var icon = document.querySelector('[rel=icon]'), plain = icon.href, lock;
  var dot = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 24 28'%3E" +
    "%3Cpath fill='%23d9420b' d='M12 2a12 12 0 1 0 .1 0z'/%3E%3C/svg%3E";
  function badge(href) { if (icon.href !== href) icon.href = href; }

  // Near it the screen stays on while it is looked at: a hidden page is refused it, and loses what it had.
  function keepOn(near) {
    if (lock && !near) lock.release();
    if (near && (!lock || lock.released) && navigator.wakeLock)
      navigator.wakeLock.request('screen').then(l => { lock = l; }, () => {});
  }
  function tone(wait, hz) {
    var o = audio.createOscillator(), g = audio.createGain(), at = audio.currentTime + wait;
    o.frequency.value = hz; o.connect(g); g.connect(audio.destination);
    g.gain.setValueAtTime(0.25, at); g.gain.setTargetAtTime(0, at + 0.1, 0.1);
    o.start(at); o.stop(at + 0.6);
  }
  function pressed(id, on) { attr(id, 'aria-pressed', on + ''); }
  function notification() {
    try {
      var n = new Notification(T.admitted, { body: C.name + ': ' + T.asklead, tag: tag, requireInteraction: true });
      n.onclick = () => { focus(); n.close(); };
    } catch (e) { /* some phones allow notifications only from a service worker */ }
  }
  return {
    // Made by the click: some browsers let no other be heard.
    sound: made => {
      if (audio) { audio.close(); made.close(); audio = null; } else { audio = made; tone(0, 880); }
      pressed('sound', !!audio);
    },
    // What the browser's question was answered, or will be.
    notify: asked => Promise.resolve(asked).then(permission => sleep ? sleep.toggle(permission)
      : pressed('notify', mayNotify = !mayNotify && permission === 'granted')),
    see: place => {
      badge(place.state === 'admitted' ? dot : plain);
      keepOn(place.eta && place.eta.lowSeconds < 300);
      // Who asked to be called before is called for the place that is theirs now.
      if (sleep && /waiting|prequeue/.test(place.state) && recall(tag + ':called')) sleep.renew(place.number);
    },
    turn: () => {
      if (audio) {
        [0, 0.2, 0.9, 1.1, 1.8, 2].forEach((at, i) => tone(at, i % 2 ? 880 : 660));
        if (navigator.vibrate) navigator.vibrate([300, 150, 300]);
      }
      if (document.hidden && mayNotify) notification();
    },
  };
};
