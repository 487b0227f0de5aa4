// -- steering: each change in a dialog of its own, which says what it will do before it does it
function dialog(id, then) {
  var d = $(id), form = d.querySelector('form'), problem = form.querySelector('.problem');
  problem.textContent = '';
  form.onsubmit = function (e) {
    if (!e.submitter || e.submitter.value !== 'ok') return;
    e.preventDefault();
    var busy = [].slice.call(form.querySelectorAll('button'));
    problem.textContent = '';
    var sent = then(problem);
    if (!sent) return;
    busy.forEach(function (b) { b.disabled = true; });
    sent.then(function (r) {
      if (r.status === 401) { d.close(); return shutOut(); }
      if (r.status >= 200 && r.status < 300) { d.close(); announce(T.done, true); if (sale) journal('journal', sale.id); } else problem.textContent = why(r);
    }, function () { problem.textContent = T['problem.unavailable']; }).then(function () {
      busy.forEach(function (b) { b.disabled = false; });
    });
  };
  d.showModal();
}
function patch(settings) { return admin('PATCH', 'sales/' + sale.id, settings); }
$('pause').onclick = function () {
  var pausing = !sale.paused;
  put('t-pause', T[pausing ? 'pausetitle' : 'resumetitle']); put('p-pause', T[pausing ? 'pauselead' : 'resumelead']);
  put('pauseok', T[pausing ? 'pause' : 'resume']);
  dialog('d-pause', function () { return patch({ paused: pausing }); });
};
var steering = {
  rate: function () {
    $('rate').value = sale.admitPerSecond;
    dialog('d-rate', function () { return patch({ admitPerSecond: +$('rate').value }); });
  },
  message: function () {
    $('message').value = sale.message || '';
    dialog('d-message', function () { return patch({ message: $('message').value.replace(/\s+/g, ' ').trim() || null }); });
  },
  extend: function () {
    $('endsAt').value = local(sale.endsAt);
    dialog('d-extend', function () { return patch({ endsAt: iso($('endsAt').value) }); });
  },
  end: function () {
    $('endid').value = ''; $('endid').placeholder = sale.id;
    dialog('d-end', function (problem) {
      if ($('endid').value.trim() !== sale.id) { problem.textContent = T.endwrong; $('endid').focus(); return; }
      // The ledger's clock now, but never before the start: a sale ends after it starts.
      return patch({ endsAt: new Date(Math.max(serverNow(), Date.parse(sale.startsAt) + 1)).toISOString() });
    });
  }
};
[].forEach.call(document.querySelectorAll('[data-dialog]'), function (b) { b.onclick = function () { steering[b.dataset.dialog](); }; });

// -- create and edit
function local(time) {
  if (!time) return '';
  var d = new Date(time);
  return new Date(d.getTime() - d.getTimezoneOffset() * 60000).toISOString().slice(0, 19);
}
function iso(text) { return text ? new Date(text).toISOString() : null; }
var FIELDS = ['name', 'inventory', 'storefront', 'queueOpensAt', 'startsAt', 'endsAt', 'order', 'identity', 'admitPerSecond',
  'claimSeconds', 'paySeconds', 'paymentAttempts', 'authenticationSeconds', 'presenceSeconds', 'graceSeconds',
  'beacon', 'beaconValue'];
var DEFAULTS = { name: '', inventory: 1000, storefront: 'demo', order: 'fifo', identity: 'anonymous', admitPerSecond: 200,
  claimSeconds: 120, paySeconds: 300, paymentAttempts: 3, authenticationSeconds: 120, presenceSeconds: 60, graceSeconds: 3, price: { amount: 99900, currency: 'usd' } };
function saleForm(existing) {
  var s = existing || DEFAULTS, places = digits(s.price.currency)[0];
  put('t-sale', existing ? T.edittitle : T.createtitle); put('saleok', existing ? T.save : T.create);
  $('f-id').value = existing ? s.id : ''; $('f-id').readOnly = !!existing;
  FIELDS.forEach(function (f) { $('f-' + f).value = /At$/.test(f) ? local(s[f]) : s[f] === undefined || s[f] === null ? '' : s[f]; });
  $('f-price').value = (s.price.amount / Math.pow(10, places)).toFixed(places); $('f-currency').value = s.price.currency;
  dialog('d-sale', function (problem) {
    var body = formValues(existing), id = $('f-id').value.trim();
    if (body.startsAt && body.endsAt && body.endsAt <= body.startsAt) { problem.textContent = T.endorder; return; }
    return admin('PUT', 'sales/' + id, body).then(function (r) {
      if (!existing && r.status < 300) location.hash = id;
      return r;
    });
  });
}
function formValues(existing) {
  var body = {}, currency = $('f-currency').value.trim().toLowerCase();
  FIELDS.forEach(function (f) {
    var e = $('f-' + f), v = /At$/.test(f) ? iso(e.value) : e.type === 'number' ? +e.value : e.value.trim();
    // An empty time is the default: now, or no end. When editing, only what was changed is sent.
    if (v === null && (!existing || f !== 'endsAt')) return;
    if (v === '' && !(existing && existing[f])) return;
    if (existing && (v === existing[f] || (/At$/.test(f) && local(existing[f]) === e.value))) return;
    body[f] = v === '' ? null : v;
  });
  var price = { amount: Math.round(+$('f-price').value * Math.pow(10, digits(currency)[0])), currency: currency };
  if (!existing || price.amount !== existing.price.amount || currency !== existing.price.currency) body.price = price;
  return body;
}
$('create').onclick = function () { saleForm(null); };
$('edit').onclick = function () { saleForm(sale); };

// -- export
function download(path, name) {
  fetch('/admin/' + path, { headers: auth() }).then(function (r) {
    if (!r.ok) throw new Error('HTTP ' + r.status);
    return r.blob();
  }).then(function (blob) {
    var a = make('a', '', { href: URL.createObjectURL(blob), download: name });
    document.body.appendChild(a); a.click(); a.remove();
    setTimeout(function () { URL.revokeObjectURL(a.href); }, 10000);
  }).catch(function () { announce(T['problem.unavailable'], true); window.alert(T['problem.unavailable']); });
}
$('export').onclick = function () { download('sales/' + sale.id + '/reservations.csv?state=sold', sale.id + '-orders.csv'); };
