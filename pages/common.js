// What the pages' scripts share; set before each page's own script, within one function. A page has #config and #say.
var $ = id => document.getElementById(id);
var C = JSON.parse($('config').textContent), T = C.texts;

// -- formats, in the shopper's own region when it speaks the page's language; in the digits that the server writes, too
var own = ((navigator.language || '').split('-')[0] === C.lang ? navigator.language : C.lang) + '-u-nu-latn';
var whole = new Intl.NumberFormat(own), two = new Intl.NumberFormat(own, { minimumIntegerDigits: 2 });
function num(n) { return whole.format(n); }
// Where a text runs from right to left (CLDR's price then begins with its mark), the currency stands as one: US$, and never $US.
function priced(amount, currency, digits) {
  return new Intl.NumberFormat(own, {
    style: 'currency', currency: currency, minimumFractionDigits: digits, maximumFractionDigits: digits
  }).format(amount).replace(/^(\u200f.+\xa0)(.+)/, '$1\u2068$2\u2069');
}
function say(key, values) {
  return T[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
}
function clock(ms, seconds) {
  var at = new Date(ms), o = { hour: 'numeric', minute: '2-digit' };
  if (seconds) o.second = '2-digit';
  if (at.toDateString() !== new Date().toDateString()) { o.weekday = 'short'; o.day = 'numeric'; o.month = 'short'; }
  return at.toLocaleString(own, o);
}
function left(ms) {
  var s = Math.max(0, Math.ceil(ms / 1000)), d = Math.floor(s / 86400), h = Math.floor(s / 3600) % 24;
  var text = two.format(Math.floor(s / 60) % 60) + ':' + two.format(s % 60);
  if (d || h) text = two.format(h) + ':' + text;
  return d ? say('d', { n: num(d) }) + ' ' + text : text;
}
// -- writes only what changed, so that a poll costs a cheap phone next to nothing
function put(id, text) { var e = $(id); if (e.textContent !== text) e.textContent = text; }
function show(id, on) { var e = $(id); if (e.hidden === on) e.hidden = !on; }
function attr(id, name, value) { var e = $(id); if (e.getAttribute(name) !== value) e.setAttribute(name, value); }
function style(id, name, value) { var e = $(id); if (e.style[name] !== value) e.style[name] = value; }

// Parts of a whole, side by side in a bar.
function stack(ids, values, total) {
  var from = 0, way = document.documentElement.dir === 'rtl' ? -100 : 100;
  ids.forEach((id, i) => {
    // A few of very many are seen, too.
    var part = values[i] && Math.max(.01, values[i] / total);
    style(id, 'transform', 'translateX(' + way * from + '%) scaleX(' + part + ')');
    from += part;
  });
}

// -- the same page in another language is no further step: Back leads to where the shopper was before
document.onclick = e => {
  var to = e.target;
  if (to.lang && to.href && !e.ctrlKey && !e.metaKey) { e.preventDefault(); location.replace(to.href); }
};
// -- what a screen reader hears: at once when something happens, else at most every 30 s
var said = '', saidAt = -1e9;
function announce(text, now) {
  var t = performance.now();
  if (text === said || (!now && t - saidAt < 30000)) return;
  said = text; saidAt = t; put('say', text);
}

// -- the server: its clock, and requests that end after 10 s
var offset = 0, bestTrip = 1e9;
function serverNow() { return Date.now() + offset; }
function keepTime(iso, trip) {
  // The shortest trip tells the time best; old ones fade, as clocks drift.
  bestTrip += 50;
  if (!iso || trip > bestTrip) return;
  bestTrip = trip; offset = Date.parse(iso) - (Date.now() - trip / 2);
}
function request(method, url, body, headers) {
  var stop = new AbortController(), from = performance.now();
  headers = headers || {}; headers.Accept = 'application/json';
  if (body) headers['Content-Type'] = 'application/json';
  var timer = setTimeout(() => stop.abort(), 10000);
  return fetch(url, {
    method: method, headers: headers, body: body && JSON.stringify(body), cache: 'no-store', signal: stop.signal
  }).then(r => r.text().then(text => {
    clearTimeout(timer);
    var json = {};
    try { json = text ? JSON.parse(text) : {}; } catch (e) { if (r.ok) throw e; }
    keepTime(json.serverTime, performance.now() - from);
    return { status: r.status, body: json, retry: +r.headers.get('Retry-After') || 0 };
  }));
}
// Doubles from 1 s to 30 s, spread so that a whole crowd doesn't come back in the same moment.
function backoff(failures, r) {
  var spread = Math.min(30000, 1000 * Math.pow(2, failures - 1)) * (0.75 + Math.random() / 2);
  return Math.max(spread, (r && r.retry || 0) * 1000 * (1 + Math.random() / 4));
}
function recall(key) { try { return localStorage.getItem(key); } catch (e) { return null; } }
function remember(key, value) { try { localStorage.setItem(key, value); return true; } catch (e) { return false; } }
