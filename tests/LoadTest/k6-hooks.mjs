// Module hooks: what the script imports from k6 comes from k6-stubs.mjs.

const stubs = new URL('k6-stubs.mjs', import.meta.url).href;
const named = {
  k6: 'export { sleep } from', 'k6/crypto': 'export { sha256 } from', 'k6/metrics': 'export { Counter, Rate } from',
  'k6/http': 'export { http as default } from',
};

export function resolve(specifier, context, next) {
  return named[specifier] ? { url: `k6:${specifier}`, shortCircuit: true } : next(specifier, context);
}

export function load(url, context, next) {
  return url.startsWith('k6:')
    ? { format: 'module', source: `${named[url.slice(3)]} ${JSON.stringify(stubs)};`, shortCircuit: true } : next(url, context);
}
