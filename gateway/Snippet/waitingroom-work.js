// The work of joining (docs/embedding.md): a number such that SHA-256 of "challenge.number" begins with as many zero bits as
// asked for. A worker: takes [challenge, bits], posts the proof. By hand, since the browser's own digest costs ten times as
// much for a text this short, and is not there without https.
var K = new Int32Array(64), H = [];
(function () {
  // The first 32 bits of the fractions of the primes' cube roots and square roots.
  function fraction(x) { return (x - Math.floor(x)) * 4294967296 | 0; }
  for (var n = 2, count = 0; count < 64; n++) {
    var prime = true;
    for (var d = 2; d * d <= n; d++) if (n % d === 0) prime = false;
    if (!prime) continue;
    if (count < 8) H.push(fraction(Math.sqrt(n)));
    K[count++] = fraction(Math.cbrt(n));
  }
})();

function solve(challenge, bits) {
  var bytes = new Uint8Array(64), block = new DataView(bytes.buffer), w = new Int32Array(64), i;
  var from = challenge.length + 1;
  if (from > 40) throw new Error('not a challenge');
  for (i = 0; i < from - 1; i++) bytes[i] = challenge.charCodeAt(i);
  bytes[from - 1] = 46;
  for (var number = 0; ; number++) {
    var digits = String(number), to = from + digits.length;
    for (i = from; i < to; i++) bytes[i] = digits.charCodeAt(i - from);
    bytes[to] = 128;
    block.setUint32(60, to * 8);
    for (i = 0; i < 16; i++) w[i] = block.getInt32(i * 4);
    if (firstWord(w) >>> (32 - bits) === 0) return challenge + '.' + digits;
  }
}

// The first 32 bits of the hash of the one block that w begins with.
function firstWord(w) {
  var a = H[0], b = H[1], c = H[2], d = H[3], e = H[4], f = H[5], g = H[6], h = H[7], i, x, y, s;
  for (i = 16; i < 64; i++) {
    x = w[i - 15]; y = w[i - 2];
    w[i] = w[i - 16] + ((x >>> 7 | x << 25) ^ (x >>> 18 | x << 14) ^ x >>> 3)
      + w[i - 7] + ((y >>> 17 | y << 15) ^ (y >>> 19 | y << 13) ^ y >>> 10);
  }
  for (i = 0; i < 64; i++) {
    s = h + ((e >>> 6 | e << 26) ^ (e >>> 11 | e << 21) ^ (e >>> 25 | e << 7)) + (e & f ^ ~e & g) + K[i] + w[i] | 0;
    x = ((a >>> 2 | a << 30) ^ (a >>> 13 | a << 19) ^ (a >>> 22 | a << 10)) + (a & b ^ a & c ^ b & c) | 0;
    h = g; g = f; f = e; e = d + s | 0; d = c; c = b; b = a; a = s + x | 0;
  }
  return a + H[0] | 0;
}

onmessage = function (e) { postMessage(solve(e.data[0], e.data[1])); };
