// Asks to be called while the page sleeps: by the page's own service worker and the browser's push service. It stands
// before attention.js, which uses it.
function beCalled(call, tag, pageTexts) {
  var K = window.calledConfig, words = K.texts, on = false, safe = {}, place;
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
  function subscribe() {
    return navigator.serviceWorker.register(K.worker, { scope: '/line/' })
      .then(() => navigator.serviceWorker.ready)
      .then(ready => subscribed(ready.pushManager))
      .then(subscription => caches.open('fs-called')
        // For the worker: what to say and where to lead. The server is told neither.
        .then(kept => kept.put('/line/' + C.sale, new Response(JSON.stringify(
          { url: location.href, name: C.name, tag: tag, texts: words }))))
        .then(() => call('PUT', 'ticket/push', subscription.toJSON())))
      .then(r => { if (r.status !== 204) throw r; remember(tag + ':called', 1); set(true); })
      .catch(r => {
        // It is tried again with the next look at the place, unless the shopper has changed their mind.
        place = 0;
        if (window.Notification && Notification.permission !== 'granted') remember(tag + ':called', '');
        set(false, r && r.status === 409 ? '' : words.failed);
      });
  }
  return {
    toggle: permission => {
      if (on) return call('DELETE', 'ticket/push').then(() => { remember(tag + ':called', ''); set(false); }, () => {});
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
    renew: number => { if (number !== place) { place = number; subscribe(); } },
  };
}
