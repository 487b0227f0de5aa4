// -- who I am: what a role may not is not shown; the server refuses it all the same
var me = null;
function whoAmI() {
  return admin('GET', 'me').then(function (r) {
    // An older checkout beside this one knows no names.
    if (r.status === 404) r = { status: 200, body: { name: '', role: 'admin', storefront: null } };
    if (r.status !== 200) return r;
    me = r.body;
    document.body.dataset.role = me.role; document.body.dataset.reach = me.storefront ? 'one' : 'all';
    put('who', me.name ? say(me.storefront ? 'whoof' : 'who', { name: me.name, role: T['role.' + me.role], storefront: me.storefront }) : '');
    return r;
  });
}

// -- the journal: of a sale, and of everything beside the operators
var journalTimer = null;
function journalOf(name) { return name ? '?sale=' + encodeURIComponent(name) : ''; }
function journal(id, name) {
  clearTimeout(journalTimer);
  var path = journalOf(name);
  admin('GET', 'journal' + path + (path ? '&' : '?') + 'limit=50').then(function (r) {
    if (r.status === 200) tell(id, r.body.entries, !name);
  }, function () { /* again soon */ }).then(function () {
    journalTimer = setTimeout(function () {
      if (document.body.dataset.state === (name ? 'sale' : 'people') && (!name || (sale && sale.id === name))) journal(id, name);
    }, 15000);
  });
}
function tell(id, entries, all) {
  var list = $(id), mark = JSON.stringify(entries);
  if (list.dataset.mark === mark) return;
  list.dataset.mark = mark; list.textContent = '';
  if (!entries.length) list.appendChild(make('li', T['journal.none']));
  entries.forEach(function (e) {
    var li = make('li'), about = all ? [e.sale || e.storefront, e.subject].filter(Boolean).join(' · ') : e.subject;
    li.appendChild(make('time', clock(Date.parse(e.at) - offset, true), { datetime: e.at }));
    var words = make('span');
    words.appendChild(make('strong', e.actor));
    words.appendChild(document.createTextNode(' ' + (T['did.' + e.action] || e.action) + (about ? ' ' : '')));
    if (about) words.appendChild(make('bdi', about));
    changes(e).forEach(function (c) { words.appendChild(make('span', c, { 'class': 'change' })); });
    words.appendChild(make('span', e.from, { 'class': 'soft small from', dir: 'ltr' }));
    li.appendChild(words); list.appendChild(li);
  });
}
function changes(e) {
  if (!e.before || !e.after) return [];
  return Object.keys(e.after).map(function (k) {
    return say('journal.change', { name: T['setting.' + k] || k, from: told(k, e.before[k]), to: told(k, e.after[k]) });
  });
}
function told(name, v) {
  if (v === null || v === undefined) return '–';
  if (v === '(secret)' || v === '(another secret)') return T[v === '(secret)' ? 'secret' : 'secret.another'];
  if (name === 'role') return T['role.' + v];
  if (name === 'price') return money(v);
  if (/At$/.test(name)) return day(Date.parse(v));
  if (typeof v === 'boolean') return T[v ? 'yes' : 'no'];
  return typeof v === 'object' ? JSON.stringify(v) : typeof v === 'number' ? num(v) : v;
}
$('journalcsv').onclick = function () { download('journal.csv' + journalOf(sale.id), sale.id + '-journal.csv'); };
$('alljournalcsv').onclick = function () { download('journal.csv', 'journal.csv'); };

// -- operators
function people() {
  clearTimeout(journalTimer);
  journal('alljournal', null);
  return admin('GET', 'operators').then(function (r) {
    if (r.status === 401) return shutOut();
    put('peopleproblem', r.status === 200 ? '' : why(r));
    if (r.status !== 200) return;
    var body = $('people');
    body.textContent = '';
    show('nopeople', !r.body.operators.length);
    r.body.operators.forEach(function (o) {
      var row = body.insertRow(), over = Date.parse(o.expiresAt) <= serverNow();
      [o.name, T['role.' + o.role], o.storefront || T['people.all'], day(Date.parse(o.expiresAt))]
        .forEach(function (text) { row.insertCell().textContent = text; });
      if (over) row.cells[3].appendChild(make('span', T['people.over'], { 'class': 'badge' }));
      var acts = row.insertCell();
      acts.className = 'n';
      [['change', function () { personForm(o); }], ['renew', function () { renew(o); }], ['revoke', function () { revoke(o); }]]
        .forEach(function (act) {
          var b = make('button', T['people.' + act[0]], {
            type: 'button', 'class': 'quiet mini' + (act[0] === 'revoke' ? ' danger' : ''), 'aria-label': say('people.of', { act: T['people.' + act[0]], name: o.name })
          });
          b.onclick = act[1]; acts.appendChild(b); acts.appendChild(document.createTextNode(' '));
        });
    });
  }, function () { put('peopleproblem', T['problem.unavailable']); });
}
// What was answered once, to be copied; and the list anew.
function showKey(r, name) {
  people();
  if (r.status >= 300 || !r.body.apiKey) return r;
  $('newkey').value = r.body.apiKey; put('p-newkey', say('people.keylead', { name: name }));
  setTimeout(function () { $('d-newkey').showModal(); $('newkey').select(); });
  return r;
}
$('d-newkey').addEventListener('close', function () { $('newkey').value = ''; });
function personForm(o) {
  put('t-person', T[o ? 'people.edittitle' : 'people.createtitle']); put('personok', T[o ? 'save' : 'people.create']);
  $('o-name').value = o ? o.name : ''; $('o-name').readOnly = !!o;
  $('o-role').value = o ? o.role : 'operator'; $('o-storefront').value = o && o.storefront || '';
  $('o-expiresAt').value = local(o ? o.expiresAt : new Date(serverNow() + 90 * 86400000));
  dialog('d-person', function () {
    var name = $('o-name').value.trim();
    return admin('PUT', 'operators/' + encodeURIComponent(name), {
      role: $('o-role').value, storefront: $('o-storefront').value.trim() || null, expiresAt: iso($('o-expiresAt').value)
    }).then(function (r) { return showKey(r, name); });
  });
}
function sure(title, lead, button, then) {
  put('t-sure', title); put('p-sure', lead); put('sureok', button);
  dialog('d-sure', then);
}
function renew(o) {
  sure(say('people.renewtitle', { name: o.name }), T['people.renewlead'], T['people.renew'], function () {
    return admin('POST', 'operators/' + encodeURIComponent(o.name) + '/key').then(function (r) { return showKey(r, o.name); });
  });
}
function revoke(o) {
  sure(say('people.revoketitle', { name: o.name }), T['people.revokelead'], T['people.revoke'], function () {
    return admin('DELETE', 'operators/' + encodeURIComponent(o.name)).then(function (r) { people(); return r; });
  });
}
$('createperson').onclick = function () { personForm(null); };
open();
