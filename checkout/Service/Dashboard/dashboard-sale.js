// -- one sale, live
var unitChart = null, flowChart = null, points = null, auditTimer = null, sale = null;
function forgetSale() {
  [unitChart, flowChart].forEach(function (c) { if (c) c.destroy(); });
  unitChart = flowChart = points = sale = null;
  clearTimeout(auditTimer); clearTimeout(ordersTimer); clearTimeout(differTimer); audit.busy = false;
  $('orders').textContent = $('findwhat').value = ''; $('differences').textContent = ''; $('differences').dataset.mark = '';
  show('differcard', false); show('moreorders', false); show('noorders', false); put('ordersproblem', '');
  $('events').textContent = ''; put('verdict', T.auditing); attr('verdict', 'data-is', 'unknown'); put('auditat', '\u00a0');
  // Nothing can be steered, found or exported before it is seen.
  show('seen', false); show('awaited', true);
  $('violations').textContent = $('journal').textContent = ''; $('journal').dataset.mark = '';
}
function renderSale(v) {
  var first = !sale || sale.id !== v.sale.id;
  sale = v.sale; view = v;
  show('seen', true); show('awaited', false);
  put('name', sale.name); put('state', T['state.' + v.saleState]); attr('state', 'data-is', v.saleState);
  put('when', when(sale));
  document.title = sale.name + ' · ' + T.title;
  put('pause', T[sale.paused ? 'resume' : 'pause']);
  var line = v.line || {};
  put('k-waiting', count(line.waiting)); put('k-joins', rate(v.joinsPerSecond));
  put('k-admissions', rate(line.admissionsPerSecond)); put('k-polls', rate(v.pollsPerSecond));
  put('k-skipped', count(line.skippedAbsent)); put('k-returning', count(line.returning));
  var reason = v.line ? line.stoppedBecause : T.noline;
  show('stopped', !!reason && !/soldOut|ended|scheduled|prequeue/.test(v.saleState));
  put('stopped', reason ? say('stopped', { why: reason }) : '');
  show('current', !!sale.message); put('current', sale.message ? say('message', { text: sale.message }) : '');
  ['sold', 'held', 'admitted', 'available'].forEach(function (k) {
    put('u-' + k, count(v.units[k]));
  });
  var u = v.units;
  put('u-total', say('total', { n: count(u.total) }));
  stack(['b-sold', 'b-held', 'b-admitted', 'b-available'], [u.sold, u.held, u.admitted, u.available], u.total);
  rows('payments', v.payments.map(function (p) { return [T['payment.' + p.name] || p.name, count(p.count)]; }));
  put('cartsum', say('carts', { n: count(v.units.held), soon: count(v.expiring.soon) }));
  rows('carts', v.expiring.next.map(function (c) { return [say('cart', { unit: num(c.unit) }), left(Date.parse(c.payBy) - serverNow())]; }));
  parts(v.parts); events(v.events); chart(v);
  if (first) { audit(); journal('journal', sale.id); orders(); differences(); announce(sale.name + ': ' + T['state.' + v.saleState], true); }
}
function rows(id, pairs) {
  var list = $(id);
  pairs.forEach(function (pair, i) {
    var row = list.children[i];
    if (!row) {
      row = make('div'); row.appendChild(make('dt')); row.appendChild(make('dd')); list.appendChild(row);
    }
    cell(row.children[0], pair[0]); cell(row.children[1], pair[1]);
  });
  while (list.children.length > pairs.length) list.removeChild(list.lastChild);
}
function parts(all) {
  var body = $('parts');
  all.forEach(function (p, i) {
    var row = body.rows[i];
    if (!row) {
      row = body.insertRow();
      for (var n = 0; n < 6; n++) row.insertCell().className = n > 2 ? 'n' : '';
    }
    row.className = p.ok ? '' : 'down';
    [say('part.' + p.kind, { name: p.name || '' }), p.ok ? T.ready : p.detail || T.down, p.version || '–',
      say('ago', { n: rate(p.seenMsAgo / 1000) }), rate(p.joinsPerSecond), rate(p.pollsPerSecond)]
      .forEach(function (text, n) { cell(row.cells[n], text); });
  });
  while (body.rows.length > all.length) body.deleteRow(-1);
}
var shown = '';
function events(all) {
  var list = $('events'), mark = JSON.stringify(all);
  if (mark === shown && list.children.length) return;
  shown = mark;
  var items = all.map(function (e) {
    var li = make('li');
    li.appendChild(make('time', clock(Date.parse(e.at) - offset, true), { datetime: e.at }));
    var values = { unit: count(e.unit), order: e.order || '', name: T['setting.' + e.name] || e.name || '', to: value(e), n: count(e.count) };
    li.appendChild(make('span', say(sentence(e), values)));
    return li;
  });
  list.textContent = '';
  items.forEach(function (li) { list.appendChild(li); });
}
// The most particular one that is written: of a setting's new value, of the setting, of any.
function sentence(e) {
  var any = 'event.' + e.kind, one = any + '.' + e.name;
  return [one + '.' + (e.to === null || e.to === undefined ? 'none' : e.to), one, any].find(function (key) { return T[key]; });
}
function value(e) {
  if (e.to === null || e.to === undefined) return '–';
  if (e.kind === 'state') return T['state.' + e.to];
  if (e.kind === 'settings' && /At$/.test(e.name)) return day(Date.parse(e.to));
  return e.to.currency ? money(e.to) : String(e.to);
}

// -- charts: units by state, stacked; and what flows
function colour(name) { return getComputedStyle(document.documentElement).getPropertyValue('--' + name).trim(); }
function chart(v) {
  if (!points) points = [];
  var u = v.units, at = Math.round(Date.parse(v.serverTime) / 1000), last = points[points.length - 1];
  if (!last || at > last[0])
    points.push([at, u.sold, u.held, u.admitted, u.available, v.line ? v.line.waiting : null, v.joinsPerSecond, v.line ? v.line.admissionsPerSecond : null]);
  if (points.length > 1800) points.splice(0, points.length - 1800);
  if (points.length < 2) return;
  var columns = points[0].map(function (_, i) { return points.map(function (p) { return p[i]; }); });
  var stacked = [columns[0]], sum = columns[0].map(function () { return 0; });
  for (var i = 1; i <= 4; i++) { sum = sum.map(function (s, at) { return s + columns[i][at]; }); stacked.push(sum); }
  var flow = [columns[0], columns[5], columns[6], columns[7]];
  if (!unitChart) { unitChart = draw('unitchart', ['sold', 'held', 'admitted', 'available'], stacked, u.total); flowChart = drawFlow(flow); }
  else { unitChart.setData(stacked); flowChart.setData(flow); }
}
// The flow chart grows with its legend, which may take several lines.
function height(id) { return id === 'flowchart' ? 280 : $(id).clientHeight; }
function base(id) {
  var soft = colour('soft'), grid = { stroke: colour('rule'), width: 1 };
  function axis(more) { return Object.assign({ stroke: soft, grid: grid, ticks: grid, font: '12px system-ui' }, more); }
  return {
    width: $(id).clientWidth, height: height(id), legend: { show: false }, cursor: { drag: { x: false } },
    axes: [axis({ values: function (_, all, __, ___, step) { return all.map(function (s) { return clock(s * 1000 - offset, step < 60); }); }, space: 90 }),
      axis({ values: function (_, all) { return all.map(num); }, size: 58 })]
  };
}
function draw(id, names, data, total) {
  var fills = { sold: 'ink', held: 'cart', admitted: 'adm', available: 'free' }, o = base(id);
  o.scales = { y: { range: [0, total] } };
  // Drawn from the top of the stack down, each over the one above it.
  o.series = [{}].concat(names.map(function (n, i) {
    return { label: T['unit.' + n], fill: i === 0 ? colour(fills[n]) : undefined, stroke: colour(fills[n]), width: 1, points: { show: false } };
  }));
  o.bands = names.slice(1).map(function (n, i) { return { series: [i + 2, i + 1], fill: colour(fills[n]) }; });
  return new uPlot(o, data, $(id));
}
function drawFlow(data) {
  var o = base('flowchart'), soft = colour('soft');
  o.axes.push({ scale: 'rate', side: 1, stroke: soft, grid: { show: false }, font: '12px system-ui', size: 50, values: function (_, all) { return all.map(rate); } });
  o.scales = { y: { range: function (_, a, b) { return [0, Math.max(10, b * 1.1)]; } }, rate: { range: function (_, a, b) { return [0, Math.max(5, b * 1.1)]; } } };
  o.legend = { show: true, live: false, isolate: true };
  o.series = [{}, { label: T['flow.waiting'], stroke: colour('ink'), width: 2, points: { show: false } },
    { label: T['flow.joins'], stroke: colour('adm'), width: 2, scale: 'rate', points: { show: false } },
    { label: T['flow.admissions'], stroke: colour('accent'), width: 2, scale: 'rate', points: { show: false } }];
  return new uPlot(o, data, $('flowchart'));
}
function resize() {
  [[unitChart, 'unitchart'], [flowChart, 'flowchart']].forEach(function (c) {
    if (c[0]) c[0].setSize({ width: $(c[1]).clientWidth, height: height(c[1]) });
  });
}
window.addEventListener('resize', function () { clearTimeout(resize.timer); resize.timer = setTimeout(resize, 150); });
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', function () {
  [unitChart, flowChart].forEach(function (c) { if (c) c.destroy(); });
  unitChart = flowChart = null;
});

// -- the audit: every 15 s from the ledger; with the provider's books when asked
function audit(provider) {
  if (!sale || audit.busy) return;
  var id = sale.id;
  audit.busy = true; clearTimeout(auditTimer);
  if (provider) { put('verdict', T.auditing); $('auditnow').disabled = true; }
  admin('GET', 'sales/' + id + '/audit' + (provider ? '?provider=true' : '')).then(function (r) {
    if (!sale || sale.id !== id) return;
    var b = r.body, ok = r.status === 200 && b.ok, list = b.violations || [];
    attr('verdict', 'data-is', r.status !== 200 ? 'unknown' : ok ? 'ok' : 'bad');
    put('verdict', r.status !== 200 ? why(r) : ok ? T['audit.ok'] : say('audit.bad', { n: num(list.length) }));
    put('auditat', say(provider ? 'audit.provider' : 'audit.at', { time: clock(Date.now(), true) }));
    var ul = $('violations');
    ul.textContent = '';
    list.slice(0, 20).forEach(function (x) { ul.appendChild(make('li', typeof x === 'string' ? x : x.text || x.message || JSON.stringify(x))); });
    if (!ok) announce($('verdict').textContent, true);
  }, function () { attr('verdict', 'data-is', 'unknown'); put('verdict', T['problem.unavailable']); }).then(function () {
    audit.busy = false; $('auditnow').disabled = false;
    clearTimeout(auditTimer); auditTimer = setTimeout(audit, provider ? 60000 : 15000);
  });
}
$('auditnow').onclick = function () { audit(true); };
