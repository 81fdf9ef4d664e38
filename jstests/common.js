'use strict';
// What the tests share. A test that ends too early must not pass: every callback that has to run
// is wrapped in mustCall, and 'exit' counts.

const expected = [];

function here() {
  const lines = new Error().stack.split('\n').slice(1);
  return (lines.find((l) => !l.includes('common.js')) || '').trim();
}

function counted(fn, min, max) {
  const check = { calls: 0, min, max, where: here() };
  expected.push(check);
  return function(...args) {
    check.calls++;
    return fn ? fn.apply(this, args) : undefined;
  };
}

// mustCall returns fn, to be called exactly n times.
exports.mustCall = (fn, n = 1) => {
  if (typeof fn === 'number') [fn, n] = [undefined, fn];
  return counted(fn, n, n);
};

exports.mustCallAtLeast = (fn, n = 1) => counted(fn, n, Infinity);

// mustSucceed is mustCall for callbacks whose first argument is an error.
exports.mustSucceed = (fn) => exports.mustCall(function(err, ...args) {
  if (err) throw err;
  return fn ? fn.apply(this, args) : undefined;
});

exports.mustNotCall = (what = 'a callback') => {
  const where = here();
  return (...args) => {
    const shown = args.map((a) => a instanceof Error ? a.message : String(a)).join(', ');
    throw new Error(`mustNotCall: ${what} was called with (${shown}), made ${where}`);
  };
};

process.on('exit', (code) => {
  if (code !== 0) return; // something louder is on stderr
  for (const c of expected) {
    if (c.calls >= c.min && c.calls <= c.max) continue;
    process.stderr.write(`mustCall: called ${c.calls} times, want ${c.min}\n    made ${c.where}\n`);
    process.exitCode = 1;
  }
});

// order returns log(x), which collects, and at exit compares what was collected with want.
exports.order = (want) => {
  const got = [];
  process.on('exit', (code) => {
    if (code !== 0) return;
    if (got.join('\n') === want.join('\n')) return;
    process.stderr.write(`OrderError: got ${got.join(' | ')}; want ${want.join(' | ')}\n`);
    process.exitCode = 1;
  });
  return (x) => { got.push(String(x)); };
};

// listen starts server on a free port of the loopback and calls fn(port).
exports.listen = (server, fn) => {
  server.listen(0, '127.0.0.1', exports.mustCall(() => fn(server.address().port)));
  return server;
};

// exchange connects to port, writes input, and calls fn with all that came until the other side
// ended. input may be a string, a Buffer, or a list of such, one written after the other.
exports.exchange = (port, input, fn) => {
  const net = require('net');
  const socket = net.connect(port, '127.0.0.1');
  const chunks = [];
  socket.on('data', (d) => chunks.push(d));
  socket.on('error', () => {});
  socket.on('close', exports.mustCall(() => fn(Buffer.concat(chunks).toString('latin1'), socket)));
  const parts = Array.isArray(input) ? input.slice() : [input];
  (function next() {
    if (parts.length === 0 || socket.destroyed) return;
    socket.write(parts.shift(), () => setImmediate(next));
  })();
  return socket;
};

// tmp returns a path for a file or socket of this test's own.
exports.tmp = (name) => require('path').join(process.env.TEST_TMPDIR, name);

// duplexPair returns two streams that are each other's far end; neither is a socket.
exports.duplexPair = (options) => {
  const { Duplex } = require('stream');
  class Side extends Duplex {
    constructor() {
      super(options);
      this.far = null;
      this.more = null;
    }
    _read() {
      const more = this.more;
      this.more = null;
      if (more) more();
    }
    _write(chunk, encoding, done) {
      if (chunk.length === 0) return process.nextTick(done);
      this.far.push(chunk);
      this.far.more = done;
    }
    _final(done) {
      this.far.on('end', done);
      this.far.push(null);
    }
  }
  const a = new Side(), b = new Side();
  a.far = b;
  b.far = a;
  return [a, b];
};

// collect reads a web stream to its end and returns its chunks.
exports.collect = async (stream) => {
  const all = [];
  const reader = stream.getReader();
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return all;
    all.push(value);
  }
};
