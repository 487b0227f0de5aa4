// A storefront in plain Node.js that sells from the sale's inventory: PORT, EDGE, ORIGIN, STOREFRONT, SALE, ENQUEUE_SECRET
// and API_KEY come from the environment.

import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { isOver, WaitingRoom } from 'flashsale-waiting-room';

const port = Number(process.env.PORT ?? 0);
const edge = (process.env.EDGE ?? 'http://127.0.0.1:8080').replace(/\/$/, '');
const sale = process.env.SALE ?? 'xphone';

const server = createServer((request, response) => {
  serve(request, response).catch(error => fail(response, error));
});
server.listen(port, '127.0.0.1');
await new Promise(listening => server.once('listening', listening));

const origin = process.env.ORIGIN ?? `http://127.0.0.1:${server.address().port}`;
// Its cookies and what it remembers are this process's; several share a secret and a store.
const room = new WaitingRoom({
  edge, origin, sale, storefront: process.env.STOREFRONT ?? 'demo', secret: randomBytes(32).toString('hex'),
  apiKey: process.env.API_KEY ?? null, enqueueSecret: process.env.ENQUEUE_SECRET ?? null,
  cookiePrefix: 'fs-node-', // the other sample is on the same host
});
const admitted = room.middleware(request => request.visitor);
console.log(`Listening on ${origin}`);
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => server.close(() => process.exit(0)));

async function serve(request, response) {
  const { pathname } = new URL(request.url, origin);
  if (pathname === '/') return page(response, 200, '<h1>The Node shop</h1><p><a href="/buy">Buy an XPhone</a>');
  if (pathname === '/health/live') return page(response, 200, 'ok');
  if (!['/buy', '/pay', '/give-back'].includes(pathname)) return page(response, 404, 'Not here.');
  if (request.method === 'OPTIONS') return response.writeHead(204, { Allow: 'GET, POST' }).end(); // a preflight never queues

  request.visitor = visitor(request, response);
  await admitted(request, response, error => error ? fail(response, error) : sell(request, response, pathname));
}

async function sell(request, response, pathname) {
  // One admission makes one reservation, however often it is redeemed.
  const cart = await room.line.redeem(request.admission.token);
  if (!isGood(cart)) return sorry(response, cart);
  const { id, unit, payBy, orderNumber, state } = cart.body;
  if (state === 'sold') return page(response, 200, `<p>Unit ${unit} is yours. Order ${escape(orderNumber)}.`);
  if (request.method !== 'POST' || pathname === '/buy') return page(response, 200, `
    <h1>Unit ${unit} is in your cart</h1><p>Pay by ${escape(payBy)}.
    <form method="post" action="/pay"><button>Pay</button></form>
    <form method="post" action="/give-back"><button>Give it back</button></form>`);

  // A real shop takes the money between these lines; it refunds when confirming says 410 reservationEnded.
  const done = pathname === '/pay' ? await room.line.confirm(id) : await room.line.giveBack(id);
  if (!isGood(done)) return sorry(response, done);
  if (done.body.state === 'released') response.appendHeader('Set-Cookie', room.forgetting());
  return page(response, 200, `<p>${escape(done.body.state)}: unit ${unit}.`);
}

function isGood({ status }) {
  return status === 200 || status === 201;
}

function fail(response, error) {
  console.error(error);
  if (!response.headersSent) response.writeHead(500);
  response.end();
}

function sorry(response, refused) {
  if (isOver(refused)) response.appendHeader('Set-Cookie', room.forgetting());
  return page(response, 409, `<p>Sorry: ${escape(refused.body.code)}. <a href="/buy">Join the line again</a>`);
}

// Who the shopper is, as this shop knows it: here a visitor, elsewhere the account.
function visitor(request, response) {
  const known = /(?:^|; *)node-visitor=([\w-]{22})(?:;|$)/.exec(request.headers.cookie ?? '')?.[1];
  if (known) return `node-${known}`;
  const fresh = randomBytes(16).toString('base64url');
  response.appendHeader('Set-Cookie', `node-visitor=${fresh}; Path=/; HttpOnly; SameSite=Lax; Max-Age=2592000`);
  return `node-${fresh}`;
}

function page(response, status, html) {
  response.writeHead(status, { 'Content-Type': 'text/html; charset=utf-8' });
  response.end(`<!doctype html><meta name="viewport" content="width=device-width"><title>The Node shop</title>${html}`);
}

function escape(text) {
  return String(text).replace(/[&<>"']/g, mark => `&#${mark.charCodeAt(0)};`);
}
