// Checks a shopper's own place by what is public (docs/order.md): the seed against its hash, the rank by the seed, and whether
// anybody behind was called before.
var base = '/sales/' + C.sale, M = 0, key = null, half = 1, memory = {};
function bytesOf(text) { return Uint8Array.from(atob(text), letter => letter.charCodeAt(0)); }
function hex(buffer) { return [].map.call(new Uint8Array(buffer), b => (b + 256).toString(16).slice(1)).join(''); }
function ask(path) {
  return request('GET', base + path).then(r => r.status < 300 ? r.body : Promise.reject(r));
}
function word(round, right) {
  var at = round * half + right;
  return at in memory ? Promise.resolve(memory[at]) : crypto.subtle.sign(
    'HMAC', key, new Uint8Array([round, right >>> 24, right >>> 16, right >>> 8, right])
  ).then(h => memory[at] = new DataView(h).getUint32(0) % half);
}
function rounds(i, left, right) {
  return i === 8 ? left * half + right : word(i, right).then(w => rounds(i + 1, right, left ^ w));
}
function rank(number) {
  if (number > M) return Promise.resolve(number);
  var walk = x => Promise.resolve(rounds(0, Math.floor(x / half), x % half)).then(y => y < M ? y + 1 : walk(y));
  return walk(number - 1);
}
function draw(s) {
  if (!s || !s.count) return Promise.resolve(true);
  M = s.count;
  half = Math.pow(2, Math.max(4, Math.ceil((M > 1 ? 32 - Math.clz32(M - 1) : 0) / 2)));
  var seed = bytesOf(s.seed), b = s.beacon, utf8 = text => new TextEncoder().encode(text);
  var use = bytes => crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']).then(k => key = k);
  return new Blob([seed, utf8(b ? b.name : '')]).arrayBuffer().then(all => crypto.subtle.digest('SHA-256', all)).then(h =>
    hex(h) === s.seedHash && use(seed).then(k => b ? crypto.subtle.sign('HMAC', k, utf8(b.value)).then(use) : k));
}
var mine = C.number, myRank = 0, called = 0, settled = false, passed = {}, wrong = 0;
// One entry after the other: who was passed over before goes first when they come back.
function look(calls, i) {
  for (; i < calls.length; i++) {
    var c = calls[i];
    if (c.what === 'called') called++;
    if (c.epoch || settled || !myRank) continue;
    if (c.number === mine) settled = true;
    else if (c.what === 'passedOver' || c.what === 'requeued') passed[c.number] = true;
    else if (c.what === 'called' && !passed[c.number])
      return rank(c.number).then(r => { if (r > myRank) wrong++; return look(calls, i + 1); });
  }
}
function pages(page) {
  return Promise.resolve(look(page.calls, 0)).then(() => page.calls.length
    ? ask('/calls?after=' + page.next + '&epoch=' + page.epoch).then(pages) : null);
}
function judge(sale, page) {
  put('mine', mine ? num(mine) : '–');
  if (sale.shuffle && !sale.shuffle.seed) return T.later;
  return draw(sale.shuffle).then(isCommitted => {
    if (!isCommitted) return T.seed;
    var isMine = mine && C.epoch === page.epoch;
    return (isMine ? rank(mine) : Promise.resolve(0)).then(r => {
      if (myRank = r) put('rank', num(r));
      return pages(page);
    }).then(() => {
      put('called', num(called));
      return !mine ? T.none : !isMine ? T.anew : wrong ? T.bad : T.good;
    });
  });
}
ask('/calls').then(page => ask('').then(sale => judge(sale, page))).catch(() => T.cant).then(text => put('say', text));
