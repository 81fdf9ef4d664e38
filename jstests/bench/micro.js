'use strict';
// Small things that every program does. Prints a line each: nanoseconds, then the name.
const EventEmitter = require('events');
const { Readable, Writable, PassThrough } = require('stream');

const sets = {
  'emit to 1 listener': [2e5, (n) => {
    const e = new EventEmitter().on('x', () => {});
    for (let i = 0; i < n; i++) e.emit('x', i);
  }],
  'emit to 3 listeners': [1e5, (n) => {
    const e = new EventEmitter();
    for (let i = 0; i < 3; i++) e.on('x', () => {});
    for (let i = 0; i < n; i++) e.emit('x', i);
  }],
  'on and removeListener': [1e5, (n) => {
    const e = new EventEmitter();
    const f = () => {};
    for (let i = 0; i < n; i++) e.on('x', f).removeListener('x', f);
  }],
  'new EventEmitter': [1e5, (n) => { for (let i = 0; i < n; i++) new EventEmitter(); }],
  'write to a Writable': [1e5, (n) => {
    const w = new Writable({ write(c, e, cb) { cb(); } });
    const b = Buffer.alloc(64);
    for (let i = 0; i < n; i++) w.write(b);
  }],
  'push to a Readable and read': [1e5, (n) => {
    const r = new Readable({ read() {} });
    const b = Buffer.alloc(64);
    for (let i = 0; i < n; i++) { r.push(b); r.read(); }
  }],
  'write through a PassThrough': [5e4, (n) => {
    const p = new PassThrough().on('data', () => {});
    const b = Buffer.alloc(64);
    for (let i = 0; i < n; i++) p.write(b);
  }],
  'Buffer.from a string': [1e5, (n) => { for (let i = 0; i < n; i++) Buffer.from('hello world, hello world'); }],
  'buffer.toString': [1e5, (n) => {
    const b = Buffer.from('hello world, hello world');
    for (let i = 0; i < n; i++) b.toString();
  }],
  'Buffer.concat of 4': [1e5, (n) => {
    const b = Buffer.alloc(256);
    for (let i = 0; i < n; i++) Buffer.concat([b, b, b, b]);
  }],
  'setTimeout and clearTimeout': [1e5, (n) => { for (let i = 0; i < n; i++) clearTimeout(setTimeout(() => {}, 1000)); }],
};
for (const [name, [n, fn]] of Object.entries(sets)) {
  fn(n); // warm
  let best = Infinity;
  for (let i = 0; i < 3; i++) {
    const start = process.hrtime.bigint();
    fn(n);
    best = Math.min(best, Number(process.hrtime.bigint() - start) / n);
  }
  console.log(`${best.toFixed(0)} ${name}`);
}
