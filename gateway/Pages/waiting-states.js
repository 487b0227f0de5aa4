// -- the states: each has a title and a lead among the texts, the lead under the title's key and "lead"
function enter(name, key, lead) {
  lead = T[(lead || key) + 'lead'];
  var changed = $('title').textContent !== T[key];
  put('title', T[key]); put('lead', lead);
  state = name;
  // "live": there is a place to show.
  var look = /joining|waiting|prequeue/.test(name) ? 'live ' + name : name;
  if (document.body.dataset.state !== look) document.body.dataset.state = look;
  if (changed) announce(T[key] + '. ' + lead, true);
}
function title(text) { text += ' · ' + C.name; if (document.title !== text) document.title = text; }
function action(key, then) {
  show('acts', true); show('go', !!key);
  if (key) { put('go', T[key]); $('go').onclick = then; $('go').disabled = false; }
}
var until = null;
function countTo(at, labelKey, atText) {
  until = at; show('clock', !!at);
  if (at) { put('clocklabel', T[labelKey]); put('clockat', atText || '\u00a0'); tick(); }
}
function localTime(ms) { return say('startsat', { time: clock(ms - offset) }); }
var heard = '';
function render(v) {
  var was = v.state, text = v.message || '';
  units(view && view.units, v.units);
  view = v; seenAt = Date.now();
  put('ref', say('ref', { ref: C.sale + '-' + v.number }));
  show('notice', !!text); put('notice', text);
  if (text && text !== heard) { heard = text; announce(text, true); }
  if (was !== 'admitted') { asked = false; if (+recall(trips)) remember(trips, 0); }
  if (helper || was === 'admitted' || v.eta && v.eta.lowSeconds < 300 || recall(memory + ':called') || recall(memory + ':on'))
    attend(h => h.see(v));
  if (v.reservation === 'sold') over('alreadyBought', v.order);
  else if (was === 'ended') over('saleEnded');
  else if (was === 'soldOut') over(was);
  else if (was === 'admitted') turn(v);
  else if (/waiting|prequeue/.test(was)) inLine(v);
  else stopped(v.reservation === 'released' ? 'spent' : was);
  next(v.nextPollMs);
}
function inLine(v) {
  late = 0;
  // The one headline says the worst first: nobody moves, or no unit is likely to be left.
  var early = v.state === 'prequeue', drawn = early && C.order === 'shuffle', eta = !early && ease(v.eta), key = v.saleState === 'paused' ? 'paused'
    : early ? v.state : !v.ahead ? 'next' : v.outlook === 'unlikely' ? 'tooLate' : v.state;
  enter(v.state, key, drawn ? 'shuffle' : key);
  show('acts', false);
  countTo(early ? Date.parse(v.startsAt) : null, 'startsin', localTime(Date.parse(v.startsAt)));
  put('aheadlabel', drawn ? T.entry : aheadLabel);
  put('ahead', num(drawn ? v.number : v.ahead || 0));
  put('number', drawn ? T.drawn : num(v.number));
  put('eta', wait(eta));
  put('pace', early ? '\u00a0' : say('pace', { n: num(v.admittedPerMinute || 0) }));
  attr('chance', 'data-is', v.outlook || '');
  put('chance', T[v.outlook] || T.eta0); put('chancewhy', !drawn && T[v.outlook + 'why'] || '');
  if (!early) progress(v);
  safe(early ? Date.parse(v.startsAt) : eta && serverNow() + eta.lowSeconds * 1000, early);
  title(key === 'waiting' ? say('tab', { n: num(v.ahead) }) : T[key]);
  announce(say('say', { ahead: num(v.ahead || 0), eta: $('eta').textContent, chance: $('chance').textContent }));
}
function progress(v) {
  var key = memory + ':' + v.number, from = Math.max(+recall(key) || 0, v.ahead, 1);
  if (from !== +recall(key)) remember(key, from);
  var done = Math.round(100 * (from - v.ahead) / from);
  // A little is always filled, so that it is seen to be a bar.
  stack(['fill'], [Math.max(done, 2)], 100);
  attr('progress', 'aria-valuenow', done + '');
  attr('progress', 'aria-valuetext', aheadLabel + ': ' + num(v.ahead));
}
function safe(at, early) {
  put('safe', !at ? T.safe : at - serverNow() < 90000 && !early ? T.safenow : say('safeuntil', { time: clock(at - offset) }));
}
function units(a, b) {
  show('units', true);
  put('sold', num(b.sold)); put('carts', num(b.inCarts)); put('free', num(b.available));
  stack(['barsold', 'barcarts', 'barfree'], [b.sold, b.inCarts, b.available], b.total);
  var back = a && a.total === b.total ? a.inCarts + a.sold - b.inCarts - b.sold : 0;
  if (back < 1) return;
  put('came', say('came', { n: num(back) }));
  var came = $('came').classList;
  came.add('on'); announce($('came').textContent);
  clearTimeout(units.timer);
  units.timer = setTimeout(() => came.remove('on'), 8000);
}
function stopped(was) {
  if (!T[was]) return more(() => stopped(was));
  countTo(null);
  enter(was, was); title(T[was]);
  was === 'redeemed' ? action('tocart', claim) : action('again', again);
}
function early(b) {
  if (!T.opensin) return more(() => early(b));
  var at = Date.parse(b.queueOpensAt);
  over('joiningNotOpen'); failures = 0;
  countTo(at, 'opensin', localTime(at));
  // Whoever waits for the opening arrives within 3 s of it, not in the same instant; clocks are compared every minute.
  next(Math.min(60000, Math.max(500, at - serverNow() + 3000 * Math.random())));
}
// What ends the wait, or keeps it from beginning: named by the sale's state or by the code of the problem. An operator may
// change it, so the page asks on, ever more slowly (a place hears from the server how soon).
function over(key, order) {
  if (!T[key]) return T.malformed ? over('malformed') : more(() => over(key, order));
  countTo(null); show('notice', !!order); show('trouble', false); show('units', !!view);
  if (order) put('notice', say('order', { n: order.orderNumber }));
  enter('over', key); title(T[key]); action();
  late = Math.min(2 * (late || 15000), 300000);
  next(late * (1 + Math.random() / 4));
}
function again() {
  $('go').disabled = true;
  // An answer that is on its way is to the place of before, and so is the estimate.
  if (busy) setTimeout(again, 99); else { joined = false; eased = 0; poll(); }
}
