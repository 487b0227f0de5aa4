// -- the states
function enter(name, titleKey, leadKey) {
  put('title', T[titleKey]); put('lead', T[leadKey]);
  var changed = state !== name;
  state = name;
  if (document.body.dataset.state !== name) document.body.dataset.state = name;
  if (changed) announce(T[titleKey] + '. ' + T[leadKey], true);
  return changed;
}
function title(text) { text += ' · ' + C.name; if (document.title !== text) document.title = text; }
function action(key, then) {
  show('acts', true); show('go', !!key);
  if (key) { put('go', T[key]); $('go').onclick = then; $('go').disabled = false; }
}
function countTo(at, labelKey, atText) {
  until = at; show('clock', !!at);
  if (at) { put('clocklabel', T[labelKey]); put('clockat', atText || '\u00a0'); tick(); }
}
var until = null;
function render(v) {
  var before = view, was = v.state;
  view = v;
  units(before && before.units, v.units);
  put('updated', say('updated', { time: clock(Date.now(), true) }));
  put('ref', say('ref', { ref: C.sale + '-' + v.number }));
  var text = v.message || (v.saleState === 'paused' ? T.paused : '');
  show('notice', !!text); put('notice', v.message && v.saleState === 'paused' ? v.message + ' ' + T.paused : text);
  if (text && text !== heard) { heard = text; announce($('notice').textContent, true); }
  if (was !== 'admitted') asked = false;
  if (was === 'soldOut' || (v.saleState === 'soldOut' && was === 'waiting')) return over('soldout', v.nextPollMs);
  if (was === 'ended') return over('ended');
  if (was === 'admitted') { turn(v); return next(v.nextPollMs); }
  if (was === 'waiting' || was === 'prequeue') inLine(v);
  else stopped(was);
  next(v.nextPollMs);
}
var heard = '';
function inLine(v) {
  var early = v.state === 'prequeue', drawn = early && C.order === 'shuffle', first = !early && v.ahead === 0;
  enter(early ? 'prequeue' : 'waiting', early ? 'prequeue' : first ? 'next' : 'waiting',
    drawn ? 'shufflelead' : early ? 'prequeuelead' : first ? 'nextlead' : 'waitinglead');
  show('acts', false);
  countTo(early ? Date.parse(v.startsAt) : null, 'startsin', say('startsat', { time: clock(Date.parse(v.startsAt)) }));
  put('aheadlabel', drawn ? T.entry : T.aheadlabel);
  put('ahead', num(drawn ? v.number : v.ahead || 0));
  put('number', drawn ? T.drawn : num(v.number));
  put('eta', early ? T.eta0 : wait(v.eta));
  attr('chance', 'data-is', v.outlook || '');
  put('chance', T[v.outlook] || T.chance0); put('chancewhy', T[v.outlook + 'why'] || '');
  progress(v); safe(v, early);
  title(early || v.ahead === null ? T[early ? 'prequeue' : 'waiting'] : say('tab', { n: num(v.ahead) }));
  announce(say('say', { ahead: num(v.ahead || 0), eta: $('eta').textContent, chance: $('chance').textContent }));
}
function progress(v) {
  if (v.ahead === null || v.state === 'prequeue') return;
  var key = memory + ':' + v.number, from = Math.max(+recall(key) || 0, v.ahead, 1);
  if (String(from) !== recall(key)) remember(key, String(from));
  var done = Math.round(100 * (from - v.ahead) / from);
  // A little is always filled, so that it is seen to be a bar.
  stack(['fill'], [Math.max(done, 2)], 100);
  attr('progress', 'aria-valuenow', String(done));
  attr('progress', 'aria-valuetext', T.aheadlabel + ': ' + num(v.ahead));
}
function safe(v, early) {
  var at = early ? Date.parse(v.startsAt) : v.eta ? serverNow() + v.eta.lowSeconds * 1000 : 0, soon = at - serverNow() < 90000;
  put('safe', !at ? T.safe : soon && !early ? T.safenow : say('safeuntil', { time: clock(at - offset) }));
}
function units(a, b) {
  if (!b) return;
  show('units', true);
  put('sold', num(b.sold)); put('carts', num(b.inCarts)); put('free', num(b.available));
  stack(['barsold', 'barcarts', 'barfree'], [b.sold, b.inCarts, b.available], b.total);
  if (!a || a.total !== b.total) return;
  var back = a.inCarts + a.sold - b.inCarts - b.sold;
  if (back < 1) return;
  var form = new Intl.PluralRules(own).select(back);
  put('came', (T['came.' + form] || T['came.other']).replace('{n}', num(back)));
  $('came').classList.add('on'); announce($('came').textContent);
  clearTimeout(units.timer);
  units.timer = setTimeout(function () { $('came').classList.remove('on'); }, 8000);
}
function stopped(was) {
  countTo(null); $('go').disabled = false;
  if (was === 'redeemed') { enter('redeemed', 'redeemed', 'redeemedlead'); action('tocart', claim); }
  else { enter(was, was, was + 'lead'); action('again', again); }
  title(T[was]);
}
function early(b) {
  var at = Date.parse(b.queueOpensAt);
  enter('early', 'early', 'earlylead'); action(null); title(T.early); failures = 0; show('trouble', false);
  countTo(at, 'opensin', say('startsat', { time: clock(at - offset) }));
  // Whoever waits for the opening arrives within 3 s of it, not in the same instant; clocks are compared every minute.
  next(Math.min(60000, Math.max(500, at - serverNow() + 3000 * Math.random())));
}
function over(key, pollMs) {
  countTo(null); show('notice', false); show('trouble', false);
  enter(/signin|unknown/.test(key) ? 'fatal' : 'over', key, key + 'lead'); title(T[key]);
  action(key === 'bought' ? 'tocart' : null, function () { location.assign(returnUrl || home); });
  if (pollMs) next(pollMs); else if (cancel) cancel();
}
function again() { $('go').disabled = true; joined = false; view = null; poll(); }
