// Asks to be called while the page sleeps: by the page's own service worker and the browser's push service. It stands
// before attention.js, which uses it.
function beCalled(call, tag, pageTexts) {
  var K = window.calledConfig, words = K.texts, on = false, safe = {}, place, notBefore = 0, form, stop, tooOld;
  ['safe', 'safeuntil', 'safenow'].forEach(k => { safe[k] = pageTexts[k]; });

  // What the page says about locking the phone or closing the page, until something else is true.
  function write(text) {
    for (var k in safe) pageTexts[k] = text || safe[k];
    put('safe', pageTexts.safe);
  }
  function tell(text) { write(text); announce(pageTexts.safe, true); }
  function press(value) { on = value; attr('notify', 'aria-pressed', on + ''); }
  function set(value, text) { press(value); tell(on ? words.asleep : text); }

  // What was asked for in this browser, a letter each: "1" the push, "v" mails to the address that the shop vouches for,
  // "m" mails to one that was typed, which its owner confirms or not.
  function asked(way) { return (recall(tag + ':called') || '').includes(way); }
  function note(way, is) {
    remember(tag + ':called', (recall(tag + ':called') || '').replace(way, '') + (is ? way : ''));
    offerStop();
  }
  function bytes(text) {
    return Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), c => c.charCodeAt(0));
  }
  function subscribed(manager) {
    var wish = { userVisibleOnly: true, applicationServerKey: bytes(K.key) };
    return manager.subscribe(wish).catch(() =>
      // Made for another key than today's.
      manager.getSubscription().then(old => old && old.unsubscribe()).then(() => manager.subscribe(wish)));
  }
  // For the worker: what to say and where to lead; nothing once there is nothing to be called for. The server is told neither.
  function keepPage(keeps) {
    if (!keeps) note('1', false);
    if (!window.caches) return Promise.resolve();
    return caches.open('fs-called').then(kept => keeps
      ? kept.put('/line/' + C.sale, new Response(JSON.stringify(
        { url: location.href, name: C.name, tag: tag, texts: words })))
      : kept.delete('/line/' + C.sale));
  }
  // One after the other: what is renewed undoes nothing that was asked for after it, and is not renewed once it was taken back.
  var last = Promise.resolve();
  function inTurn(act) { return last = last.then(act, act); }
  // What is renewed by itself takes the place of no mail that was asked for since.
  function subscribe(renews) {
    return navigator.serviceWorker.register(K.worker, { scope: '/line/' })
      .then(() => navigator.serviceWorker.ready)
      .then(ready => subscribed(ready.pushManager))
      .then(subscription => inTurn(() => (!renews || asked('1')) && keepPage(true)
        .then(() => call('PUT', 'ticket/push', Object.assign(subscription.toJSON(), { renews: renews || undefined })))
        .then(kept)))
      .catch(r => {
        // Not after the shopper has changed their mind.
        if (window.Notification && Notification.permission !== 'granted') note('1', false);
        notKept(r);
      });
    function kept(r) {
      if (r.status !== 204) throw r;
      note('1', true);
      // It is kept for the place that the next look shows.
      if (!renews) { note('v', false); place = place || -1; }
      set(true);
    }
  }
  // It is tried again by a later look at the place, but where there is nothing to be called for as things are.
  function notKept(r) {
    var isOver = r && r.status === 409;
    if (!isOver) { place = 0; notBefore = performance.now() + 1000 * Math.max(20, r && r.retry || 0); }
    set(false, isOver ? '' : words.failed);
  }
  function fill(text, address) { return text.replace('{address}', address); }
  // The address that the shop vouches for, where it does; it needs no confirmation. The page remembers the shop's word.
  function vouched() {
    try { return tooOld ? '' : JSON.parse(atob(recall(tag).split('.')[1].replace(/-/g, '+').replace(/_/g, '/'))).email || ''; }
    catch (e) { return ''; }
  }
  function mailTo(address, renews) {
    inTurn(() => {
      if (renews && !asked('v')) return;
      var body = address && address === vouched() ? { enqueueToken: recall(tag) } : { address: address };
      body.returnUrl = new URLSearchParams(location.search).get('returnUrl') || undefined;
      return call('PUT', 'ticket/mail', body).then(r => {
        if (r.status === 202) { note('m', true); return tell(fill(words.mailsent, address)); }
        // The push is over: one way for each.
        if (r.status === 204) { keepPage(); note('v', true); press(true); return tell(fill(words.mailasleep, address)); }
        // What the shop has said is too long ago to count. A mail that asks is sent to nobody who has not asked for it.
        if (r.status === 401 && body.enqueueToken) { tooOld = true; return renews ? set(false) : mailTo(address); }
        if (renews) return notKept(r);
        tell({ 400: words.mailwrong, 429: words.mailmany }[r.status] || words.failed);
      }, r => { if (renews) notKept(r); else tell(words.failed); });
    });
  }
  // Either way is forgotten by the other's request, too.
  function forget(way, then) {
    inTurn(() => call('DELETE', 'ticket/' + way).then(r => { if (r.status === 204) { note('v', false); then(); } }, () => {}));
  }
  function offerStop() { if (stop) stop.hidden = !asked('v') && !asked('m'); }
  function offerMail() {
    if (form || !K.mail) return;
    var label = document.createElement('label'), input = document.createElement('input'), button = document.createElement('button');
    form = document.createElement('form');
    form.id = 'mail'; label.htmlFor = input.id = 'mailto'; label.textContent = words.mail + ': ' + words.mailto;
    input.type = input.autocomplete = 'email'; input.required = true; input.maxLength = 254; input.value = vouched();
    input.style.cssText = 'font:inherit;padding:.6em;margin:.4em 0;width:100%;box-sizing:border-box';
    button.className = 'quiet'; button.textContent = words.mailask;
    form.append(label, input, button);
    form.onsubmit = e => { e.preventDefault(); mailTo(input.value.trim()); };
    // Whoever gave an address can take it back.
    stop = document.createElement('button');
    stop.id = 'mailstop'; stop.className = 'quiet'; stop.textContent = words.mailstop;
    stop.onclick = () => forget('mail', () => {
      note('m', false); button.focus();
      // A push that was asked for in this browser is forgotten with it, and goes on.
      if (asked('1')) subscribe(); else set(false);
    });
    offerStop();
    $('notify').parentNode.after(form, stop);
  }
  offerMail();

  // What may have ended a wish unseen: the page slept, or answers were lost, and with them perhaps what the line knew.
  function doubt() { place = 0; }
  document.addEventListener('visibilitychange', () => { if (!document.hidden) doubt(); });
  ['online', 'pageshow'].forEach(kind => addEventListener(kind, doubt));
  new MutationObserver(() => { if (!$('trouble').hidden) doubt(); })
    .observe($('trouble'), { attributes: true, attributeFilter: ['hidden'] });
  return {
    toggle: permission => {
      if (on) return forget(K.key ? 'push' : 'mail', () => { keepPage(); set(false); });
      if (!K.key) return form.elements[0].focus();
      if ('PushManager' in window) return permission === 'granted' ? subscribe() : tell(words.denied);
      var isApples = /iP(hone|ad|od)/.test(navigator.userAgent)
        || navigator.maxTouchPoints > 1 && /Mac/.test(navigator.platform);
      // A page of the home screen has cookies of its own: it finds the place only where the shop says who somebody is.
      if (!isApples || C.called !== 'storefront') return tell(words.none);
      var manifest = document.createElement('link');
      manifest.rel = 'manifest';
      manifest.href = '/called.webmanifest?start=' + encodeURIComponent(location.pathname + location.search);
      document.head.append(manifest);
      tell(words.home);
    },
    // Who asked to be called before is called for the place that is theirs now. Not with each look at it: with the first,
    // and after whatever may have ended the wish.
    look: v => {
      if (!/waiting|prequeue/.test(v.state)) { doubt(); press(false); write(); }
      else if (place < 0) place = v.number;
      else if (v.number !== place && performance.now() >= notBefore) {
        place = v.number;
        if (asked('1')) subscribe(true);
        else if (asked('v') && vouched()) mailTo(vouched(), true);
        else if (on) set(false);
      }
    },
  };
}
