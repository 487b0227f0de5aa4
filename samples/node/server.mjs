// A storefront in plain Node.js that sells from the sale's inventory: PORT, EDGE, ORIGIN, STOREFRONT, SALE, ENQUEUE_SECRET
// and API_KEY come from the environment.

import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { Ledger } from './ledger.mjs';
import { addCookie, cookies, WaitingRoom } from './waiting-room.mjs';

const port = Number(process.env.PORT ?? 0);
const edge = (process.env.EDGE ?? 'http://127.0.0.1:8080').replace(/\/$/, '');
const sale = process.env.SALE ?? 'xphone';

const server = createServer((request, response) => {
  serve(request, response).catch(error => {
    console.error(error);
    if (!response.headersSent) response.writeHead(500);
    response.end();
  });
});
server.listen(port, '127.0.0.1');
await new Promise(listening => server.once('listening', listening));

const origin = process.env.ORIGIN ?? `http://127.0.0.1:${server.address().port}`;
const ledger = new Ledger({ edge, sale, apiKey: process.env.API_KEY ?? '' });
const line = new WaitingRoom({
  edge, origin, sale, storefront: process.env.STOREFRONT ?? 'demo', enqueueSecret: process.env.ENQUEUE_SECRET ?? null,
  redeem: token => ledger.redeem(token, { tries: 1, timeoutMs: 2000 }),
});
console.log(`Listening on ${origin}`);
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => server.close(() => process.exit(0)));

async function serve(request, response) {
  const { pathname } = new URL(request.url, origin);
  if (pathname === '/') return page(response, 200, '<h1>The Node shop</h1><p><a href="/buy">Buy an XPhone</a>');
  if (pathname === '/health/live') return page(response, 200, 'ok');
  if (!['/buy', '/pay', '/give-back'].includes(pathname)) return page(response, 404, 'Not here.');
  if (request.method === 'OPTIONS') return response.writeHead(204, { Allow: 'GET, POST' }).end(); // a preflight never queues

  const shopper = await line.admit(request, response, visitor(request, response));
  if (!shopper) return;
  response.setHeader('X-FlashSale-Unit', shopper.unit);

  // One admission makes one reservation, however often it is redeemed.
  const cart = await ledger.redeem(shopper.token);
  if (!cart.ok) return sorry(response, cart);
  const { id, unit, payBy, orderNumber, state } = cart.body;
  if (state === 'sold') return page(response, 200, `<p>Unit ${unit} is yours. Order ${escape(orderNumber)}.`);
  if (request.method !== 'POST' || pathname === '/buy') return page(response, 200, `
    <h1>Unit ${unit} is in your cart</h1><p>Pay by ${escape(payBy)}.
    <form method="post" action="/pay"><button>Pay</button></form>
    <form method="post" action="/give-back"><button>Give it back</button></form>`);

  // A real shop takes the money between these lines; it refunds when confirming says 410 reservationEnded.
  const done = pathname === '/pay' ? await ledger.confirm(id) : await ledger.giveBack(id);
  if (!done.ok) return sorry(response, done);
  if (done.body.state === 'released') line.forget(response);
  return page(response, 200, `<p>${escape(done.body.state)}: unit ${unit}.`);
}

function sorry(response, refused) {
  if (line.isOver(refused)) line.forget(response);
  return page(response, 409, `<p>Sorry: ${escape(refused.body.code)}. <a href="/buy">Join the line again</a>`);
}

// Who the shopper is, as this shop knows it: here a visitor, elsewhere the account.
function visitor(request, response) {
  const known = cookies(request)['node-visitor'];
  if (known && /^[\w-]{22}$/.test(known)) return `node-${known}`;
  const fresh = randomBytes(16).toString('base64url');
  addCookie(response, `node-visitor=${fresh}; Path=/; HttpOnly; SameSite=Lax; Max-Age=2592000`);
  return `node-${fresh}`;
}

function page(response, status, html) {
  response.writeHead(status, { 'Content-Type': 'text/html; charset=utf-8' });
  response.end(`<!doctype html><meta name="viewport" content="width=device-width"><title>The Node shop</title>${html}`);
}

function escape(text) {
  return String(text).replace(/[&<>"']/g, mark => `&#${mark.charCodeAt(0)};`);
}
