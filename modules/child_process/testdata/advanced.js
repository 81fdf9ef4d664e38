'use strict';
// serialization: 'advanced'. CHILD_EXEC_PATH may name another runtime for the child.
const cp = require('child_process');
const { once } = require('events');
const EventEmitter = require('events');
const util = require('util');

if (process.argv[2] === 'child') {
  process.on('message', (m) => {
    process.send(m);
    if (m === 'exit') process.disconnect();
  });
  return;
}

async function main() {
  const child = cp.fork(__filename, ['child'], { serialization: 'advanced', execPath: process.env.CHILD_EXEC_PATH || process.execPath, execArgv: [] });
  const circular = { name: 'c', list: [1, 2] };
  circular.self = circular;
  circular.list.push(circular.list);
  const emitter = new EventEmitter();
  emitter.x = 1;
  const error = new RangeError('r', { cause: { a: 1 } });
  error.stack = 'stack';
  for (const m of [null, 1, -0.5, 2 ** 40, true, 'text', 'ü', '€uro', { undefined: undefined, nan: NaN, minus: -0 },
    [1, , 3], { 5: 'five', key: Symbol.iterator && 1 }, new Map([[{ a: 1 }, new Set(['x'])], ['k', new Map()]]), new Date(1e12), /a+/gi,
    { n: 12345678901234567890n, m: -1n, z: 0n }, new Uint8Array([1, 2, 3]), Buffer.from('bytes'), new Float64Array([0.5, NaN]), new Uint16Array([1, 65535]),
    new Uint8Array([7]).buffer, { boxed: [Object(1), Object('s'), Object(true), Object(3n)] }, circular, error,
    Object.create({ inherited: 1 }, { own: { value: 2, enumerable: true } }), 'x'.repeat(300000)]) {
    child.send(m);
    const [got] = await once(child, 'message');
    console.log(typeof got === 'string' && got.length > 1000 ? got.length : util.inspect(got));
    if (got && got.stack) console.log(got instanceof RangeError, got.stack, Object.getOwnPropertyNames(got).sort());
  }
  // A callback that sends on, while what the kernel did not take is still being written.
  const sizes = [];
  const all = new Promise((resolve) => child.on('message', function take(m) {
    sizes.push(m.length);
    if (sizes.length === 20) { child.off('message', take); resolve(); }
  }));
  const send = (i) => i < 20 && child.send(Buffer.alloc(300000 + i), () => send(i + 1));
  send(0);
  await all;
  console.log(sizes.every((n, i) => n === 300000 + i));

  const same = {};
  child.send([same, same, new Map([[same, same]])]);
  const [[a, b, map]] = await once(child, 'message');
  console.log(a === b, map.get(a) === b);
  child.send(new DataView(new Uint8Array([9, 8, 7]).buffer, 1));
  const [view] = await once(child, 'message');
  console.log(view instanceof DataView, view.byteLength, view.getUint8(1));
  for (const m of [{ f() {} }, [new WeakMap()], { p: Promise.resolve() }, { s: Symbol('s') }, { p: new Proxy({}, {}) }]) {
    try {
      child.send(m);
    } catch (e) {
      console.log(e.name, e.message);
    }
  }
  // Listened for before the child may go: its last message and its end can come in one turn.
  const closed = once(child, 'close');
  child.send('exit');
  console.log((await once(child, 'message'))[0], await closed);
}
main();
