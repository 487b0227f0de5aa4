// k6's modules as far as loadtest/k6/flashsale.js needs them, so that the script runs under Node: its HTTP is synchronous,
// so a worker makes the requests while this thread waits. Use: register(…) this file's hooks, then import the script.

import { createHash } from 'node:crypto';
import { Worker } from 'node:worker_threads';

const MOST_BYTES = 1 << 20;
const shared = new SharedArrayBuffer(8 + MOST_BYTES);
const head = new Int32Array(shared, 0, 2);
const worker = new Worker(`
  const { parentPort, workerData } = require('node:worker_threads');
  const head = new Int32Array(workerData, 0, 2);
  parentPort.on('message', async ({ method, url, body, headers, redirect }) => {
    let answer = { status: 0, body: '', headers: {} };
    try {
      const got = await fetch(url, { method, body, headers, redirect });
      const named = {};
      got.headers.forEach((value, name) => { named[name.replace(/(^|-)[a-z]/g, start => start.toUpperCase())] = value; });
      answer = { status: got.status, body: await got.text(), headers: named };
    } catch { /* no answer: status 0, as k6 has it */ }
    const bytes = Buffer.from(JSON.stringify(answer));
    Buffer.from(workerData, 8).set(bytes);
    head[1] = bytes.length;
    Atomics.store(head, 0, 1);
    Atomics.notify(head, 0);
  });`, { eval: true, workerData: shared });
worker.unref();

export const requests = [];
export const metrics = {};

export const http = {
  request(method, url, body, params = {}) {
    requests.push({ method, url, ...params });
    Atomics.store(head, 0, 0);
    worker.postMessage({ method, url, body: body ?? undefined, headers: params.headers, redirect: 'manual' });
    Atomics.wait(head, 0, 0);
    return JSON.parse(Buffer.from(shared, 8, head[1]).toString());
  },
  CookieJar: class {},
  expectedStatuses: (...statuses) => statuses,
};

export const sleep = seconds => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, seconds * 1000);

export const sha256 = (text, encoding) => createHash('sha256').update(text).digest(encoding);

class Metric {
  constructor(name) {
    this.values = [];
    metrics[name] = this;
  }

  add(value) {
    this.values.push(Number(value));
  }
}

export class Counter extends Metric {
  get value() {
    return { count: this.values.reduce((sum, value) => sum + value, 0) };
  }
}

export class Rate extends Metric {
  get value() {
    return { rate: this.values.reduce((sum, value) => sum + value, 0) / this.values.length };
  }
}
