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
  // What became of a click, in words beside the buttons.
  var texts = window.attentionTexts, told;
  function tell(text) {
    if (!told) { told = document.createElement('p'); told.className = 'soft small'; $('notify').parentNode.after(told); }
    told.textContent = text; announce(text, true);
  }
  function pressed(id, on) { attr(id, 'aria-pressed', on + ''); }
  // Whether it is shown: some phones allow notifications only from a service worker.
  function notification(body) {
    try {
      var n = new Notification(T.admitted, { body: body, tag: tag, requireInteraction: body !== texts.sample });
      n.onclick = () => { focus(); n.close(); };
      return true;
    } catch (e) { return false; }
  }

  // What was switched on stays on through a reload, and in another language.
  var asleep = false, kept = recall(tag + ':on') || '';
  function keep() { remember(tag + ':on', (audio ? 's' : '') + (mayNotify ? 'n' : '')); }
  if (kept.includes('s')) {
    audio = new AudioContext();
    if (audio.state === 'running') pressed('sound', true); else wake();
  }
  if (kept.includes('n') && window.Notification && Notification.permission === 'granted') pressed('notify', mayNotify = true);
  // Most browsers let a page be heard only after it has been touched.
  function wake() {
    asleep = true; tell(texts.touch);
    ['pointerdown', 'keydown'].forEach(kind => addEventListener(kind, e => {
      if (!asleep || !audio) return;
      // A click on the button itself is the touch, and no wish for silence.
      asleep = e.target.id === 'sound'; audio.resume().then(() => { pressed('sound', true); tell(''); });
    }, { once: true }));
  }
  return {
    // Made by the click: some browsers let no other be heard.
    sound: made => {
      if (asleep && audio) { asleep = false; return made.close(); }
      if (audio) { audio.close(); made.close(); audio = null; } else { audio = made; tone(0, 880); }
      pressed('sound', !!audio); keep();
    },
    // What the browser's question was answered, or will be.
    notify: asked => Promise.resolve(asked).then(permission => {
      if (sleep) return sleep.toggle(permission);
      if (permission !== 'granted') { mayNotify = false; tell(texts.denied); }
      else if ((mayNotify = !mayNotify && notification(texts.sample)) || $('notify').ariaPressed === 'true') tell('');
      else tell(texts.cant);
      pressed('notify', mayNotify); keep();
    }),
    see: place => {
      badge(place.state === 'admitted' ? dot : plain);
      keepOn(place.eta && place.eta.lowSeconds < 300);
      if (sleep) sleep.look(place);
    },
    turn: () => {
      if (audio) {
        [0, 0.2, 0.9, 1.1, 1.8, 2].forEach((at, i) => tone(at, i % 2 ? 880 : 660));
        if (navigator.vibrate) navigator.vibrate([300, 150, 300]);
      }
      if (document.hidden && mayNotify) notification(C.name + ': ' + T.asklead);
    },
  };
};
