// Asks to be called while the page sleeps: by the page's own service worker and the browser's push service. It stands
// before attention.js, which uses it.
function beCalled(call, tag, pageTexts) {
  var K = window.calledConfig, words = K.texts, on = false, safe = {}, place, form, tooOld;
  ['safe', 'safeuntil', 'safenow'].forEach(k => { safe[k] = pageTexts[k]; });

  // What the page says about locking the phone or closing the page, until something else is true.
  function tell(text) {
    for (var k in safe) pageTexts[k] = text || safe[k];
    put('safe', pageTexts.safe); announce(pageTexts.safe, true);
  }
  function set(value, text) {
    on = value; attr('notify', 'aria-pressed', on + '');
    tell(on ? words.asleep : text);
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
    if (!keeps) remember(tag + ':called', '');
    if (!window.caches) return Promise.resolve();
    return caches.open('fs-called').then(kept => keeps
      ? kept.put('/line/' + C.sale, new Response(JSON.stringify(
        { url: location.href, name: C.name, tag: tag, texts: words })))
      : kept.delete('/line/' + C.sale));
  }
  // What is renewed by itself takes the place of no mail that was asked for since.
  function subscribe(renews) {
    return navigator.serviceWorker.register(K.worker, { scope: '/line/' })
      .then(() => navigator.serviceWorker.ready)
      .then(ready => subscribed(ready.pushManager))
      .then(subscription => keepPage(true)
        .then(() => call('PUT', 'ticket/push', Object.assign(subscription.toJSON(), { renews: renews || undefined }))))
      .then(r => { if (r.status !== 204) throw r; remember(tag + ':called', 1); set(true); })
      .catch(r => {
        // It is tried again with the next look at the place, unless the shopper has changed their mind.
        place = 0;
        if (window.Notification && Notification.permission !== 'granted') remember(tag + ':called', '');
        set(false, r && r.status === 409 ? '' : words.failed);
      });
  }
  function fill(text, address) { return text.replace('{address}', address); }
  // The address that the shop vouches for, where it does; it needs no confirmation. The page remembers the shop's word.
  function vouched() {
    try { return tooOld ? '' : JSON.parse(atob(recall(tag).split('.')[1].replace(/-/g, '+').replace(/_/g, '/'))).email || ''; }
    catch (e) { return ''; }
  }
  function mailTo(address) {
    var body = address && address === vouched() ? { enqueueToken: recall(tag) } : { address: address };
    body.returnUrl = new URLSearchParams(location.search).get('returnUrl') || undefined;
    call('PUT', 'ticket/mail', body).then(r => {
      if (r.status === 202) return tell(fill(words.mailsent, address));
      // The push is over: one way for each.
      if (r.status === 204) { keepPage(); set(true); return tell(fill(words.mailasleep, address)); }
      // What the shop has said is too long ago to count.
      if (r.status === 401 && body.enqueueToken) { tooOld = true; return mailTo(address); }
      tell({ 400: words.mailwrong, 429: words.mailmany }[r.status] || words.failed);
    }, () => tell(words.failed));
  }
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
    $('notify').parentNode.after(form);
  }
  offerMail();
  return {
    toggle: permission => {
      if (on) return call('DELETE', 'ticket/' + (K.key ? 'push' : 'mail'))
        .then(r => { if (r.status === 204) { keepPage(); set(false); } }, () => {});
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
    renew: number => { if (number !== place) { place = number; subscribe(true); } },
  };
}
