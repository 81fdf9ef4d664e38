'use strict';
const v8 = require('v8');
const util = require('util');
const show = (v) => console.log(v8.serialize(v).toString('hex'));
const error = (e, stack = 'stack') => Object.assign(e, { stack });
const circular = [{}];
circular[0].up = circular;
for (const v of [undefined, null, true, false, 0, -1, 1e9, 2 ** 31, -(2 ** 31), -0, NaN, Infinity, 0.1, 0n, -5n, 2n ** 70n, '', 'ascii', 'é', '€', 'a€',
  { a: '€', b: '€' }, {}, { a: 1, 3: 'x', 4294967294: 1 }, [], [1, 'a', [2]], [1, , 3], Object.assign([1], { extra: 2 }), new Map([[1, { a: 1 }]]), new Set([1, 'b']),
  new Date(5), new Date(NaN), /x\/y/gimuy, /plain/, Object(1), Object('s'), Object(false), Object(1n), new Uint8Array([1, 2]).subarray(1), Buffer.from('buf'),
  new Int16Array([-1]), new BigInt64Array([1n]), new ArrayBuffer(2), error(new Error('m')), error(new TypeError()),
  error(new SyntaxError('€', { cause: [1] })), Object.create(null), circular]) {
  show(v);
  const text = util.inspect(v8.deserialize(v8.serialize(v)));
  if (text !== util.inspect(v)) console.log(text);
}
const fails = (fn) => { try { console.log(fn()); } catch (e) { console.log(e.name, e.code, e.message); } };
for (const v of [() => 1, class A {}, Symbol('q'), new WeakMap(), Promise.resolve(), new Proxy({}, {}), new WeakSet(), (function () { return arguments; })(1, 2)]) fails(() => v8.serialize({ v }));
for (const h of ['', 'ff', 'ff10', 'ff0f', 'ff0f5e05', '00', 'ff0f22ff', 'ff0f6f', 'ff0f410a', 'ff0f4102490249', 'ff0f3b49', 'ff0f5c0905', 'ff0f6301', 'ff0f4e00', 'ff0f5aff']) {
  fails(() => v8.deserialize(Buffer.from(h, 'hex')));
}
fails(() => v8.deserialize('x'));
// What the program has put over the properties of a regular expression does not count.
const covered = Object.defineProperties(/a/g, { flags: { value: 'q' }, source: { value: 5 } });
console.log(v8.serialize(covered).toString('hex'), structuredClone(covered));
// A reference to what is still being read.
for (const h of ['ff0f72635e002e', 'ff0f5c015e00']) fails(() => v8.deserialize(Buffer.from(h, 'hex')));
fails(() => v8.deserialize({}));
// Of other writers: UTF-8, uint32, a view in V8's own form, padding.
for (const h of ['ff0f5303e282ac', 'ff0f55ffffffff0f', 'ff0f4203010203564201020000', 'ff0f000000495c', 'ff0d6f7b00']) fails(() => v8.deserialize(Buffer.from(h, 'hex')));
console.log(v8.deserialize(new Uint8Array(v8.serialize([1, 2]))), v8.deserialize(new DataView(v8.serialize('view').buffer.slice(0))) !== 0);
