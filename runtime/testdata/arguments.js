// Calls a function of some module, or of the language, that the number picked chooses, with arguments and
// receivers that nobody meant it to have. calling(name) is told of each call.
const dangerous = /^(process\.(abort|kill|_kill|reallyExit|exit|umask|chdir|title|set(e?[ug]id|groups)|initgroups)|os\.setPriority|fs\.(watch|watchFile)|fs[./]promises\.watch|node:test|test|worker_threads|cluster|repl|crypto\.(scrypt|pbkdf2)|console|global\.(console|calling|setInterval)|timers\.setInterval|readline|vm\.measureMemory)/;
// What takes time or memory in proportion to a length that is no array's.
const slow = /^global\.(Array|Object)\b.*|^(get |set )?global\.(Array|String)\.prototype/;
const functions = [];
const seen = new Set();
const own = Symbol('the receiver that it has');

const add = (path, holder, key) => {
  let f;
  try { f = holder[key]; } catch { return; }
  if (typeof f !== 'function' || seen.has(f) || dangerous.test(path)) return;
  seen.add(f);
  functions.push([path, f, holder]);
  if (f.prototype && typeof f.prototype === 'object') {
    for (const k of Reflect.ownKeys(f.prototype)) {
      const d = Object.getOwnPropertyDescriptor(f.prototype, k);
      for (const method of [d.value, d.get, d.set]) {
        if (typeof method !== 'function' || k === 'constructor' || seen.has(method)) continue;
        seen.add(method);
        functions.push([`${path}.prototype.${String(k)}`, method, f.prototype]);
      }
    }
  }
  for (const k of Reflect.ownKeys(f)) if (!['prototype', 'length', 'name', 'caller', 'arguments'].includes(k)) add(`${path}.${String(k)}`, f, k);
};
for (const id of require('module').builtinModules) {
  let exports;
  try { exports = require(id); } catch { continue; }
  add(id, { exports }, 'exports');
  for (const k of Reflect.ownKeys(exports)) {
    add(`${id}.${String(k)}`, exports, k);
    let inner;
    try { inner = exports[k]; } catch { continue; }
    if (inner && typeof inner === 'object') for (const k2 of Reflect.ownKeys(inner)) add(`${id}.${String(k)}.${String(k2)}`, inner, k2);
  }
}
for (const k of Reflect.ownKeys(globalThis)) add(`global.${String(k)}`, globalThis, k);

let state = picked >>> 0 || 1;
const random = (n) => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Math.floor(state / 4294967296 * n);
};
const revoked = Proxy.revocable({}, {});
revoked.revoke();
const values = () => [undefined, null, NaN, 0, -0, -1, 1, 1.5, 2 ** 16, -(2 ** 53), Infinity, -Infinity, 1n, true, false, '', 'a', 'ü€', '\ud800', '\0', 'utf8', 'hex',
  'http://a/b', 'a=b', '127.0.0.1', Symbol('s'), {}, [], [1, , 3], [[]], [undefined], Object.create(null), new Date(NaN), /x/g, new Map([[1, 2]]), new Set(), new WeakMap(),
  new ArrayBuffer(8), new Uint8Array(4), new DataView(new ArrayBuffer(2)), Buffer.from('abc'), () => {}, (...args) => args.pop(), function () { return this; }, class A {},
  async () => {}, function* () { yield 1; }, new Proxy({}, {}), new Proxy(function () {}, {}), revoked.proxy, { valueOf() { return 3; }, toString() { return 'v'; } },
  { toString() { throw new Error('thrown'); } }, { get a() { throw new Error('getter'); }, length: 3, 0: 'x' }, { length: -1 }, new Error('e'), Promise.resolve(1), new Proxy([], {}),
  Object(1), Object('s'), Object(Symbol('q')), new URL('http://x/y'), new (require('events'))(), new (require('stream').PassThrough)(), new AbortController().signal, AbortSignal.abort(),
  { encoding: 'x', flag: 'r', highWaterMark: 0, objectMode: true, port: 0, host: 'a', start: 1, end: 0 }, { then(done) { done(1); } }, { [Symbol.asyncIterator]: 1 },
  { exec() { return {}; }, flags: '' }, (function () { return arguments; })(1, 2)];

process.on('uncaughtException', () => {});
process.on('unhandledRejection', () => {});
const [path, f, holder] = functions[picked % functions.length];
for (let i = 0; i < 40; i++) {
  const pool = values();
  const args = Array.from({ length: random(5) }, () => pool[random(pool.length)]);
  const receiver = random(3) ? holder : pool[random(pool.length)];
  if (slow.test(path) && !Array.isArray(receiver) && typeof receiver !== 'string') continue;
  calling(`${path} (call ${i} with ${picked})`);
  try {
    const result = random(4) ? Reflect.apply(f, receiver, args) : Reflect.construct(f, args);
    if (result && typeof result.then === 'function') result.then(() => {}, () => {});
    if (result && typeof result.destroy === 'function') result.destroy();
    if (result && typeof result.close === 'function') result.close();
    if (result && typeof result.unref === 'function') result.unref();
  } catch {}
}
