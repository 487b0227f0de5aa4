// -- orders of a sale, found by number, unit or id; whose money goes back
var ordersNext = null, ordersTimer = null;
function orders(more) {
  clearTimeout(ordersTimer);
  var id = sale.id, what = $('findwhat').value.trim();
  admin('GET', 'sales/' + id + '/reservations?limit=20' + (what ? '&find=' + encodeURIComponent(what) : '&state=sold')
    + (more ? '&cursor=' + ordersNext : '')).then(function (r) {
    if (!sale || sale.id !== id) return;
    put('ordersproblem', r.status === 200 ? '' : why(r));
    if (r.status !== 200) return;
    if (!more) $('orders').textContent = '';
    r.body.reservations.forEach(order);
    ordersNext = r.body.cursor;
    show('moreorders', !!ordersNext); show('noorders', !$('orders').rows.length);
    if (r.body.reservations.some(function (o) { return o.state === 'refunding'; })) ordersTimer = setTimeout(orders, 2000);
  }, function () { put('ordersproblem', T['problem.unavailable']); });
}
function order(o) {
  var row = $('orders').insertRow();
  [o.orderNumber || '–', num(o.unit), '', money(o.price), day(Date.parse(o.changedAt))].forEach(function (text, n) {
    row.insertCell().textContent = text;
    if (n === 1 || n === 3) row.cells[n].className = 'n';
  });
  row.cells[2].appendChild(make('span', T['order.' + o.state], { 'class': 'badge' }));
  var acts = row.insertCell();
  acts.className = 'n';
  if (o.state === 'sold') acts.appendChild(act(T['orders.refund'], o.orderNumber, function () { refund(o.id, o.orderNumber); }));
}
function act(text, about, then) {
  var b = make('button', text, { type: 'button', 'class': 'quiet mini danger runs', 'aria-label': say('people.of', { act: text, name: about }) });
  b.onclick = then;
  return b;
}
// One key for each time the dialog is opened: however often it is sent, the money goes back once.
function refund(id, name) {
  var bytes = crypto.getRandomValues(new Uint8Array(16)), key = '';
  for (var i = 0; i < 16; i++) key += ('0' + bytes[i].toString(16)).slice(-2);
  put('t-refund', say('refund.title', { name: name }));
  $('d-refund').querySelector('form').reset();
  dialog('d-refund', function () {
    return request('POST', '/admin/reservations/' + id + '/refund', {
      unit: $('refundresell').checked ? 'resell' : 'withdraw', mayJoinAgain: $('refundagain').checked
    }, Object.assign(auth(), { 'Idempotency-Key': key })).then(function (r) { if (r.status === 202 && sale) { orders(); differences(); } return r; });
  });
}
$('find').addEventListener('submit', function (e) { e.preventDefault(); orders(); });
$('moreorders').onclick = function () { orders(true); };

// -- money that moved at the provider without us: followed here, or answered
var differTimer = null;
function differences() {
  clearTimeout(differTimer);
  if (me.storefront) return show('differcard', false);
  var id = sale.id;
  admin('GET', 'payments').then(function (r) {
    if (!sale || sale.id !== id) return;
    // A reservation's id begins with its sale's.
    var mine = r.status === 200 ? r.body.differences.filter(function (d) { return d.reservation.slice(0, d.reservation.lastIndexOf('_')) === id; }) : [];
    var list = $('differences'), mark = JSON.stringify(mine);
    show('differcard', mine.length > 0);
    if (list.dataset.mark === mark) return;
    list.dataset.mark = mark; list.textContent = '';
    mine.forEach(function (d) { list.appendChild(difference(d)); });
    if (mine.length) announce(T['differ.new'], true);
  }, function () { /* again soon */ }).then(function () {
    differTimer = setTimeout(function () { if (sale && sale.id === id) differences(); }, 15000);
  });
}
function difference(d) {
  var li = make('li'), words = make('p'), acts = make('p', undefined, { 'class': 'acts' });
  words.appendChild(make('strong', say('differ.' + d.kind, { amount: money(d.amount) })));
  words.appendChild(document.createTextNode(' ' + T['differ.' + d.kind + '.todo']));
  li.appendChild(words);
  li.appendChild(make('p', d.reservation + ' · ' + (d.paymentIntent || '–') + ' · ' + d.detail + ' · ' + day(Date.parse(d.since)), { 'class': 'soft small', dir: 'ltr' }));
  if (d.kind !== 'disputed') acts.appendChild(act(T['orders.refund'], d.reservation, function () { refund(d.reservation, d.reservation); }));
  acts.appendChild(act(T['differ.answer'], d.reservation, function () { answer(d); }));
  li.appendChild(acts);
  return li;
}
function answer(d) {
  $('answer').value = '';
  dialog('d-answer', function () {
    return admin('POST', 'payments/' + d.attempt + '/differences/' + d.kind + '/answer', { answer: $('answer').value.trim() })
      .then(function (r) { if (r.status < 300 && sale) { differences(); audit(); } return r; });
  });
}
