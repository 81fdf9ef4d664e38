'use strict';
// A story is a function and the lines that it must log, as node logs them: what happens, and after how
// many promise jobs.
const { mustCall } = require('../common');
const assert = require('assert');
const util = require('util');

let lines = [];
let left = 0;

const log = (...args) => { lines.push(util.format(...args)); };
const success = (name) => (v) => log(name, v);
const failure = (name) => (e) => log(name, e && e.message ? `${e.name}: ${e.message}` : e);

exports.log = log;
exports.success = success;
exports.failure = failure;

// outcome logs what the promise comes to.
exports.outcome = (name, promise) => promise.then(success(name), failure(name));

// attempt logs what fn returns or throws.
exports.attempt = (fn) => {
  try {
    log('ok', fn());
  } catch (e) {
    log(e.name, e.code, e.message);
  }
};

// ticks logs a dash with each round of promise jobs from here on.
exports.ticks = () => {
  if (left-- > 0) {
    log('-');
    Promise.resolve().then(exports.ticks);
  }
};

// drain logs what comes out of a stream.
exports.drain = async (stream, name) => {
  const it = stream[Symbol.asyncIterator]();
  for (;;) {
    const result = await it.next();
    log(name, result);
    if (result.done) return;
  }
};

exports.source = (...chunks) => new ReadableStream({
  start(c) {
    chunks.forEach((v) => c.enqueue(v));
    c.close();
  },
});

exports.upper = () => new TransformStream({
  transform(chunk, c) { c.enqueue(String(chunk).toUpperCase()); },
});

exports.sink = (name, strategy) => new WritableStream({
  write(chunk) { log(name, 'write', chunk); },
  close() { log(name, 'close'); },
  abort(e) { log(name, 'abort', e && e.message || e); },
}, strategy);

process.on('unhandledRejection', (e) => log('unhandled', e));

// stories runs them one after the other. One that waits for more than promise jobs and immediates says so
// with a third entry, true; others may never settle.
exports.stories = (table) => run(table, mustCall()).catch((e) => {
  console.error(e);
  process.exit(1);
});

async function run(table, over) {
  for (const [title, [story, want, waits]] of Object.entries(table)) {
    lines = [];
    left = 60;
    let settled = false;
    Promise.resolve().then(story).catch(failure('threw')).then(() => { settled = true; });
    for (let i = 0; (waits || i < 100) && !settled; i++) await new Promise(setImmediate);
    if (!settled) log('never settled');
    for (let i = 0; i < 4; i++) await new Promise(setImmediate);
    while (lines[lines.length - 1] === '-') lines.pop();
    if (process.env.RECORD) require('fs').appendFileSync(process.env.RECORD, JSON.stringify([title, lines]) + '\n');
    else assert.deepStrictEqual(lines, want, `${title}: ${JSON.stringify(lines, null, 1)}`);
  }
  over();
}
