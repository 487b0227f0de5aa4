// The operators' page: signs in with the key, keeps one stream open and shows what it pushes. The key stays in this tab.
var KEY = 'fs-admin', key = null, session = false, view = {}, lang = C.lang;
try { key = sessionStorage.getItem(KEY); } catch (e) { /* asked for again after each load */ }
function make(tag, text, set) {
  var e = document.createElement(tag);
  if (text !== undefined) e.textContent = text;
  for (var name in set || {}) e.setAttribute(name, set[name]);
  return e;
}
function rate(n) { return n === null || n === undefined ? '–' : new Intl.NumberFormat(own, { maximumFractionDigits: n < 10 ? 1 : 0 }).format(n); }
function count(n) { return n === null || n === undefined ? '–' : num(n); }
// By the key; or, after a sign-in by a provider, by a cookie, and by a header that no page of another site can send.
function auth() { return session ? { 'FlashSale-Operator': '1' } : { Authorization: 'Bearer ' + key }; }
function admin(method, path, body) { return request(method, '/admin/' + path, body, auth()); }
function why(r) {
  var b = r.body || {}, errors = b.errors;
  var list = !errors ? [] : Array.isArray(errors) ? errors : Object.keys(errors).map(function (k) { return k + ': ' + errors[k]; });
  var text = T['problem.' + b.code] || T['problem.other'];
  return [text].concat(list.length ? list : b.detail ? [b.detail] : []).join('\n');
}

// -- the stream: fetch, not EventSource, since only fetch can send the key
var stop = null, failures = 0, retry = null, heardAt = 0;
function state(name) { document.body.dataset.state = name; }
function linked(is) {
  attr('link', 'data-is', is); put('linktext', T[is]);
  put('awaited', T[is === 'off' ? is : 'wait']);
}
function open() {
  close();
  if (!key && !session) return welcome();
  if (!me) return enter();
  var wanted;
  // What is no sale's id, however it is mistyped, leads to the list.
  try { wanted = decodeURIComponent(location.hash.slice(1)); } catch (e) { return nowhere(); }
  show('listproblem', !wanted && astray); astray = false;
  if (wanted === '/operators') { state('people'); return people(); }
  state(wanted ? 'sale' : 'list');
  stop = new AbortController();
  var mine = stop;
  linked('wait');
  fetch('/admin/live' + (wanted ? '?sale=' + encodeURIComponent(wanted) : ''), {
    headers: Object.assign(auth(), { Accept: 'text/event-stream' }), cache: 'no-store', signal: mine.signal
  }).then(function (r) {
    if (r.status === 401) return shutOut();
    if (r.status === 403 || r.status === 404 || r.status === 400) return nowhere();
    if (!r.ok) throw new Error('HTTP ' + r.status);
    failures = 0;
    return read(r.body.getReader(), mine).then(function () { again(mine); });
  }).catch(function () { again(mine); });
}
var astray = false;
function nowhere() { astray = true; location.replace('#'); }
// Whoever has signed in by a provider needs no key.
function welcome() {
  state('signin');
  if (!C.signIn) return;
  $('openid').href = C.signIn; show('openidpart', true);
  var failed = { notAllowed: T['signin.refused'], unavailable: T['signin.unavailable'] }[new URLSearchParams(location.search).get('signin')];
  if (failed) { put('signinproblem', failed); return history.replaceState(null, '', location.pathname); }
  session = true;
  whoAmI().then(function (r) { if (r.status === 200) open(); else session = false; }, function () { session = false; });
}
// The key that this tab has is asked about before anything is shown.
function enter() {
  whoAmI().then(function (r) {
    if (r.status === 401) return shutOut();
    if (r.status !== 200) throw new Error('HTTP ' + r.status);
    open();
  }).catch(function () { retry = setTimeout(open, backoff(++failures)); });
}
function close() { clearTimeout(retry); if (stop) stop.abort(); stop = null; }
function again(mine) {
  if (mine !== stop) return;
  linked('off'); retry = setTimeout(open, backoff(++failures));
}
function read(reader, mine) {
  var text = '', decoder = new TextDecoder();
  return reader.read().then(function take(part) {
    if (part.done || mine !== stop) return;
    text += decoder.decode(part.value, { stream: true });
    var blocks = text.split('\n\n');
    text = blocks.pop();
    blocks.forEach(event);
    return reader.read().then(take);
  });
}
function event(block) {
  var name = '', data = '';
  block.split('\n').forEach(function (line) {
    if (line.indexOf('event: ') === 0) name = line.slice(7);
    if (line.indexOf('data: ') === 0) data += line.slice(6);
  });
  heardAt = performance.now(); linked('on');
  if (!data) return;
  var json = JSON.parse(data);
  keepTime(json.serverTime, 100);
  if (name === 'sales') renderSales(json.sales);
  if (name === 'history') points = json.points;
  if (name === 'sale') renderSale(json);
}
setInterval(function () { if (stop && heardAt && performance.now() - heardAt > 15000) { heardAt = 0; open(); } }, 2000);

// -- the key
function signOut(problem) {
  if (session) request('POST', '/admin/sign-out', null, auth());
  close(); forgetSale(); key = me = null; session = false; view = {};
  try { sessionStorage.removeItem(KEY); } catch (e) { /* nothing kept */ }
  put('signinproblem', problem || ''); state('signin'); $('key').value = ''; $('key').focus();
}
function shutOut() { signOut(T[session ? 'signin.over' : 'problem.apiKeyInvalid']); }
$('signinform').addEventListener('submit', function (e) {
  e.preventDefault();
  key = $('key').value.trim(); session = false;
  whoAmI().then(function (r) {
    if (r.status !== 200) { key = null; return put('signinproblem', why(r)); }
    try { sessionStorage.setItem(KEY, key); } catch (e) { /* asked for again after each load */ }
    put('signinproblem', ''); open();
  }, function () { put('signinproblem', T['problem.unavailable']); });
});
$('signout').onclick = function () { signOut(); };
window.addEventListener('hashchange', function () { forgetSale(); open(); });

// -- all sales
function when(s) {
  var now = serverNow(), starts = Date.parse(s.startsAt), ends = s.endsAt ? Date.parse(s.endsAt) : null;
  if (starts > now) return say('starts', { time: day(starts) });
  if (ends && ends > now) return say('ends', { time: day(ends) });
  return ends ? say('ended', { time: day(ends) }) : say('started', { time: day(starts) });
}
function day(ms) { return new Intl.DateTimeFormat(own, { dateStyle: 'medium', timeStyle: 'short' }).format(ms); }
function renderSales(sales) {
  show('nosales', !sales.length);
  var body = $('sales');
  sales.forEach(function (s, i) {
    var row = body.rows[i];
    if (!row || row.dataset.id !== s.id) {
      var fresh = make('tr', undefined, { 'data-id': s.id });
      for (var n = 0; n < 7; n++) fresh.appendChild(make('td', '', n > 1 && n < 6 ? { 'class': 'n' } : {}));
      fresh.cells[0].appendChild(make('a', s.name, { href: '#' + s.id }));
      fresh.cells[1].appendChild(make('span', '', { 'class': 'badge' }));
      if (row) body.replaceChild(fresh, row); else body.appendChild(fresh);
      row = fresh;
    }
    var badge = row.cells[1].firstChild;
    badge.dataset.is = s.saleState;
    cell(badge, T['state.' + s.saleState]); cell(row.cells[0].firstChild, s.name);
    [s.waiting, s.units.available, s.units.held, s.units.sold].forEach(function (n, at) { cell(row.cells[at + 2], count(n)); });
    cell(row.cells[6], when(s));
  });
  while (body.rows.length > sales.length) body.deleteRow(-1);
}
function cell(e, text) { if (e.textContent !== text) e.textContent = text; }
