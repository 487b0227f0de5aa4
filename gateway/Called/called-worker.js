// The waiting page's service worker: it is woken by a push, tells the shopper, and leads back to the page. It answers
// no request.
function kept(sale) {
  return caches.open('fs-called').then(c => c.match('/line/' + sale)).then(r => r ? r.json() : {}, () => ({}));
}
function pages() { return self.clients.matchAll({ type: 'window', includeUncontrolled: true }); }
function isOf(page, sale) { return new URL(page.url).pathname === '/line/' + sale; }
// Chromium and Firefox let a push pass in silence while its page is looked at. WebKit, which the browsers of an iPhone are
// (CriOS and FxiOS, too), ends the subscription after a few that showed nothing; and there a page of the home screen may call
// itself visible while it sleeps.
function mayPass() { return /Chrom(e|ium)\/|Firefox\//.test(navigator.userAgent); }

self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', event => event.waitUntil(self.clients.claim()));

self.addEventListener('push', event => {
  var message = {};
  try { message = event.data.json(); } catch (e) { /* whatever it was, the shopper comes back and sees */ }
  event.waitUntil(Promise.all([kept(message.sale), pages()]).then(([page, open]) => {
    // A page that is looked at says it by itself.
    var isSeen = open.some(one => one.visibilityState === 'visible' && isOf(one, message.sale));
    if (isSeen && mayPass()) return;
    var texts = page.texts || {}, until = message.until ? new Date(message.until) : null;
    var text = texts[message.what + 'text'] || '';
    if (until) text = text.replace('{time}', until.toLocaleTimeString([], { hour: 'numeric', minute: '2-digit' }));
    return self.registration.showNotification(texts[message.what] || 'Your place in line', {
      body: page.name ? page.name + ': ' + text : text, tag: page.tag || 'fs:' + message.sale,
      renotify: !isSeen, silent: isSeen, requireInteraction: message.what === 'turn',
      data: { sale: message.sale, url: page.url || '/line/' + message.sale },
    });
  }));
});

self.addEventListener('notificationclick', event => {
  var to = event.notification.data;
  event.notification.close();
  event.waitUntil(pages().then(open => {
    var page = open.find(one => isOf(one, to.sale));
    return page ? page.focus() : self.clients.openWindow(to.url);
  }));
});

// The browser has another subscription: every line that would call by the old one is told, as its shopper's cookie
// says. It takes the place of no mail that was asked for since; what has no line to be told is forgotten.
self.addEventListener('pushsubscriptionchange', event => {
  var options = event.oldSubscription && event.oldSubscription.options;
  if (!options) return;
  event.waitUntil(Promise.all([
    self.registration.pushManager.subscribe(options), caches.open('fs-called'),
  ]).then(([fresh, pagesKept]) => pagesKept.keys().then(lines => Promise.all(lines.map(line => {
    var sale = new URL(line.url).pathname.slice('/line/'.length);
    return fetch('/sales/' + sale + '/ticket/push', {
      method: 'PUT', headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(Object.assign(fresh.toJSON(), { renews: true })),
    }).then(answer => [401, 404, 409].includes(answer.status) && pagesKept.delete(line));
  })))));
});
