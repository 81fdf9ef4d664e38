'use strict';
// FormData: entries, Files made of Blobs, iteration, what it refuses.
require('../common');
const assert = require('assert');
const { inspect } = require('util');

const throws = (fn, message, code) => assert.throws(fn, (e) => {
  assert.deepStrictEqual([e.name, e.message, e.code], ['TypeError', message, code]);
  return true;
});

for (const bad of [null, 1, {}]) throws(() => new FormData(bad), 'FormData constructor: Argument 1 could not be converted to: undefined.');
const needs = { append: 2, delete: 1, get: 1, getAll: 1, has: 1, set: 2, forEach: 1 };
for (const [name, n] of Object.entries(needs)) {
  throws(() => new FormData()[name](), `FormData.${name}: ${n} argument${n > 1 ? 's' : ''} required, but 0 found.`);
  throws(() => FormData.prototype[name].call({}, 'a', 'b'), 'Illegal invocation', 'ERR_INVALID_THIS');
  assert.strictEqual(FormData.prototype[name].length, n);
  if (name !== 'forEach') throws(() => new FormData()[name](Symbol('x'), 'v'), 'Cannot convert a Symbol value to a string');
}
for (const name of ['append', 'set']) {
  throws(() => new FormData()[name]('a'), `FormData.${name}: 2 arguments required, but only 1 found.`);
  throws(() => new FormData()[name]('a', 'b', 'c'), `Failed to execute '${name}' on 'FormData': parameter 2 is not of type 'Blob'`);
}

// Text.
{
  const f = new FormData();
  assert.strictEqual(f.append('a', 1), undefined);
  f.append('b', null);
  f.append('a', 'two');
  f.append('\ud800', '\udc00');
  assert.deepStrictEqual([...f], [['a', '1'], ['b', 'null'], ['a', 'two'], ['\ufffd', '\ufffd']]);
  assert.deepStrictEqual(f.getAll('a'), ['1', 'two']);
  assert.strictEqual(f.get('a'), '1');
  assert.strictEqual(f.get('none'), null);
  assert.deepStrictEqual(f.getAll('none'), []);
  f.set('a', 'only');
  f.set('new', '');
  assert.deepStrictEqual([...f.keys()], ['a', 'b', '\ufffd', 'new']);
  f.delete('b');
  assert.strictEqual(f.has('b'), false);
  assert.deepStrictEqual([...f.values()], ['only', '\ufffd', '']);
}

// Blobs become Files; a File stays itself unless it gets another name.
{
  const f = new FormData();
  f.append('x', new Blob(['abc'], { type: 'Text/X' }));
  f.append('y', new Blob(['abc']), 'n.txt');
  const file = new File(['q'], 'q.txt', { type: 'a/b', lastModified: 5 });
  f.append('z', file);
  f.append('z', file, undefined);
  const [x, y] = [f.get('x'), f.get('y')];
  assert.ok(x instanceof File && y instanceof File);
  assert.deepStrictEqual([x.name, x.type, x.size], ['blob', 'text/x', 3]);
  assert.deepStrictEqual([y.name, y.type, y.size], ['n.txt', '', 3]);
  assert.ok(Math.abs(Date.now() - x.lastModified) < 5000);
  const [same, other] = f.getAll('z');
  assert.strictEqual(same, file);
  assert.deepStrictEqual([other.name, other.type, other.lastModified], ['undefined', 'a/b', 5]);
}

// Iteration is live.
{
  const f = new FormData();
  f.append('a', '1');
  f.append('b', '2');
  f.append('c', '3');
  const seen = [];
  for (const [name] of f) {
    seen.push(name);
    if (name === 'b') f.append('d', '4');
  }
  assert.deepStrictEqual(seen, ['a', 'b', 'c', 'd']);
  const called = [];
  f.forEach(function(...args) { called.push([...args, this]); }, 7);
  assert.deepStrictEqual(called[1], ['2', 'b', f, 7]);
  throws(() => f.forEach('x'), "Failed to execute 'forEach' on 'FormData': parameter 1 is not of type 'Function'.");
  const it = f.entries();
  assert.strictEqual(inspect(it), 'Object [FormData Iterator] {}');
  throws(() => new Headers().keys().next.call(it), "'next' called on an object that does not implement interface Headers Iterator.");
  assert.strictEqual(f[Symbol.iterator], f.entries);
}

// How it is shown.
{
  const f = new FormData();
  for (const v of ['1', '2', '3']) f.append('s', v);
  f.append('e', '');
  f.append('e', 'x');
  f.append('f', new File(['q'], 'q.txt', { type: 'a/b', lastModified: 5 }));
  assert.strictEqual(inspect(f), `FormData {
  s: [ '1', '2', '3' ],
  e: 'x',
  f: File { size: 1, type: 'a/b', name: 'q.txt', lastModified: 5 }
}`);
  assert.strictEqual(inspect({ f: new FormData() }, { depth: 0 }), '{ f: FormData {} }');
  assert.strictEqual(Object.prototype.toString.call(f), '[object FormData]');
  assert.deepStrictEqual(Object.keys(f), []);
}
