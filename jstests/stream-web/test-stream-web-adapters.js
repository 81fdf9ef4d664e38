'use strict';
const { log, attempt, drain, source, upper, sink, stories } = require('./stories');
const stream = require('stream');
const { Readable, Writable, Duplex, Transform } = require('stream');
const { ReadableStream, WritableStream, CountQueuingStrategy } = require('stream/web');

stories({
  'arguments are looked at': [() => {
    attempt(() => Readable.toWeb(5));
    attempt(() => Readable.fromWeb(5));
    attempt(() => Writable.toWeb());
    attempt(() => Writable.fromWeb({}));
    attempt(() => Duplex.toWeb());
    attempt(() => Duplex.fromWeb());
    attempt(() => Duplex.fromWeb({ readable: source() }));
    attempt(() => Readable.fromWeb(source(), 5));
    attempt(() => Readable.fromWeb(source(), { objectMode: 1 }));
    attempt(() => Readable.fromWeb(source(), { encoding: 'x' }));
    attempt(() => Writable.fromWeb(sink(), { decodeStrings: 1 }));
    attempt(() => Readable.toWeb(new Readable({ read() {
    } }), { strategy: { highWaterMark: -1 } }));
  }, [
    'TypeError ERR_INVALID_ARG_TYPE The "streamReadable" argument must be an stream.Readable. Received type number (5)',
    'TypeError ERR_INVALID_ARG_TYPE The "readableStream" argument must be an instance of ReadableStream. Received type number (5)',
    'TypeError ERR_INVALID_ARG_TYPE The "streamWritable" argument must be an stream.Writable. Received undefined',
    'TypeError ERR_INVALID_ARG_TYPE The "writableStream" argument must be an instance of WritableStream. Received an instance of Object',
    'TypeError ERR_INVALID_ARG_TYPE The "duplex" argument must be an stream.Duplex. Received undefined',
    'TypeError ERR_INVALID_ARG_TYPE The "pair.readable" property must be an instance of ReadableStream. Received undefined',
    'TypeError ERR_INVALID_ARG_TYPE The "pair.writable" property must be an instance of WritableStream. Received undefined',
    'TypeError ERR_INVALID_ARG_TYPE The "options" argument must be of type object. Received type number (5)',
    'TypeError ERR_INVALID_ARG_TYPE The "options.objectMode" property must be of type boolean. Received type number (1)',
    'TypeError ERR_INVALID_ARG_VALUE The argument \'x\' is invalid. Received \'options.encoding\'',
    'TypeError ERR_INVALID_ARG_TYPE The "options.decodeStrings" property must be of type boolean. Received type number (1)',
    'RangeError ERR_INVALID_ARG_VALUE The property \'strategy.highWaterMark\' is invalid. Received -1',
  ]],
  'Readable.toWeb': [async () => {
    const r = Readable.from([Buffer.from('ab'), Buffer.from('c')], { objectMode: false });
    const w = Readable.toWeb(r);
    log(w);
    await drain(w, 'tw');
  }, [
    'ReadableStream { locked: false, state: \'readable\', supportsBYOB: false }',
    'tw { value: Uint8Array(2) [ 97, 98 ], done: false }', 'tw { value: Uint8Array(1) [ 99 ], done: false }',
    'tw { done: true, value: undefined }',
  ]],
  'Readable.toWeb of objects': [async () => {
    await drain(Readable.toWeb(Readable.from(['x', { a: 1 }])), 'o');
  }, [
    'o { value: \'x\', done: false }', 'o { value: { a: 1 }, done: false }',
    'o { done: true, value: undefined }',
  ]],
  'Readable.toWeb passes errors': [async () => {
    const r = new Readable({ read() {
    } });
    const w = Readable.toWeb(r);
    r.destroy(new Error('E'));
    await w.getReader().read().catch((e) => log(e.message));
    const r2 = new Readable({ read() {
    } });
    const w2 = Readable.toWeb(r2);
    r2.destroy();
    await w2.getReader().read().catch((e) => log(e.name, e.code, e.message, e.cause && e.cause.code));
  }, [
    'E', 'AbortError ABORT_ERR The operation was aborted ERR_STREAM_PREMATURE_CLOSE',
  ]],
  'Readable.toWeb passes cancel': [async () => {
    const r = new Readable({ read() {
    } });
    r.on('error', (e) => log('error', e.message)).on('close', () => log('close'));
    const w = Readable.toWeb(r);
    await w.cancel(new Error('C'));
    log(r.destroyed);
    const r2 = new Readable({ read() {
    } });
    r2.on('error', (e) => log('error', e.message)).on('close', () => log('close'));
    const w2 = Readable.toWeb(r2);
    await w2.cancel();
    log(r2.destroyed);
    await new Promise((r3) => setImmediate(r3));
  }, [
    'true', 'true', 'error C', 'close', 'error The operation was aborted', 'close',
  ]],
  'Readable.toWeb heeds back-pressure': [async () => {
    let n = 0;
    const r = new Readable({ highWaterMark: 4, read() {
      log('read');
      this.push(Buffer.from('xx'));
      if (++n > 5) this.push(null);
    } });
    const w = Readable.toWeb(r);
    await new Promise((r2) => setImmediate(r2));
    log('paused', r.isPaused());
    const rd = w.getReader();
    for (; ; ) {
      const x = await rd.read();
      log(x);
      if (x.done) break;
    }
  }, [
    'read', 'read', 'read', 'read', 'paused true', '{ value: Uint8Array(2) [ 120, 120 ], done: false }',
    '{ value: Uint8Array(2) [ 120, 120 ], done: false }', 'read', 'read',
    '{ value: Uint8Array(2) [ 120, 120 ], done: false }',
    '{ value: Uint8Array(2) [ 120, 120 ], done: false }',
    '{ value: Uint8Array(2) [ 120, 120 ], done: false }',
    '{ value: Uint8Array(2) [ 120, 120 ], done: false }', '{ value: undefined, done: true }',
  ]],
  'toWeb of streams that are over': [async () => {
    const r = Readable.from([]);
    r.resume();
    await new Promise((z) => r.on('close', z));
    log(Readable.toWeb(r));
    const w = new Writable();
    w.destroy();
    log(Writable.toWeb(w));
    log(Duplex.toWeb(w2()));
    function w2() {
      const d = new Duplex({ read() {
      }, write() {
      } });
      d.destroy();
      return d;
    }
  }, [
    'ReadableStream { locked: false, state: \'closed\', supportsBYOB: false }',
    'WritableStream { locked: false, state: \'writable\' }',
    '{\n  readable: ReadableStream { locked: false, state: \'closed\', supportsBYOB: false },\n  writable: WritableStream { locked: false, state: \'writable\' }\n}',
  ]],
  'Readable.toWeb takes a strategy': [async () => {
    const r = new Readable({ objectMode: true, read() {
    } });
    const w = Readable.toWeb(r, { strategy: new CountQueuingStrategy({ highWaterMark: 1 }) });
    r.push(1);
    r.push(2);
    r.push(null);
    await drain(w, 's');
  }, [
    's { value: 1, done: false }', 's { value: 2, done: false }', 's { done: true, value: undefined }',
  ]],
  'Readable.fromWeb': [async () => {
    const r = Readable.fromWeb(source('a', 'b'), { encoding: 'utf8' });
    r.on('end', () => log('end')).on('close', () => log('close'));
    r.on('data', (d) => log('data', d));
    await new Promise((z) => r.on('close', z));
  }, [
    'data a', 'data b', 'end', 'close',
  ]],
  'Readable.fromWeb passes errors': [async () => {
    const rs = new ReadableStream({ start(c) {
      c.enqueue(Buffer.from('1'));
    }, pull() {
      throw new Error('P');
    } });
    const r = Readable.fromWeb(rs);
    r.on('data', (d) => log(d));
    r.on('error', (e) => log(e.message));
    await new Promise((z) => r.on('close', z));
  }, [
    '<Buffer 31>', 'P',
  ]],
  'Readable.fromWeb passes destroy': [async () => {
    const rs = new ReadableStream({ cancel(e) {
      log('cancel', e);
    } });
    const r = Readable.fromWeb(rs);
    r.on('error', (e) => log('error', e.message));
    r.destroy();
    await new Promise((z) => r.on('close', z));
    const rs2 = new ReadableStream({ cancel(e) {
      log('cancel', e && e.message);
    } });
    const r2 = Readable.fromWeb(rs2);
    r2.on('error', (e) => log('error', e.message));
    r2.destroy(new Error('D'));
    await new Promise((z) => r2.on('close', z));
  }, [
    'cancel null', 'cancel D', 'error D',
  ]],
  'Readable.fromWeb takes a signal': [async () => {
    const rs = new ReadableStream({ cancel(e) {
      log('cancel', e && e.name);
    } });
    const ac = new AbortController();
    const r = Readable.fromWeb(rs, { signal: ac.signal });
    r.on('error', (e) => log('error', e.name));
    ac.abort();
    await new Promise((z) => r.on('close', z));
    const rs2 = new ReadableStream({ cancel(e) {
      log('cancel', e && e.name);
    } });
    const r2 = Readable.fromWeb(rs2, { signal: ac.signal });
    r2.on('error', (e) => log('error', e.name));
    await new Promise((z) => r2.on('close', z));
  }, [
    'cancel AbortError', 'error AbortError', 'cancel AbortError', 'error AbortError',
  ]],
  'Readable.fromWeb of objects': [async () => {
    const r = Readable.fromWeb(source(1, { b: 2 }), { objectMode: true });
    const out = [];
    for (const x of await r.toArray()) log(x);
  }, [
    '1', '{ b: 2 }',
  ]],
  'Writable.toWeb': [async () => {
    const out = [];
    const w = new Writable({ write(c, e, cb) {
      log('w', c.toString());
      setImmediate(cb);
    }, final(cb) {
      log('final');
      cb();
    }, highWaterMark: 3 });
    const ws = Writable.toWeb(w);
    log(ws);
    const wr = ws.getWriter();
    log(wr.desiredSize);
    await Promise.all([wr.write('ab'), wr.write('cd')]);
    log('written');
    await wr.close();
    log('closed', w.writableFinished);
  }, [
    'WritableStream { locked: false, state: \'writable\' }', '3', 'w ab', 'w cd', 'written', 'final',
    'closed true',
  ]],
  'Writable.toWeb passes errors': [async () => {
    const w = new Writable({ write(c, e, cb) {
      cb(new Error('WE'));
    } });
    const wr = Writable.toWeb(w).getWriter();
    wr.closed.catch((e) => log('closed', e.message));
    await wr.write('x').catch((e) => log('write', e.message));
    await wr.write('y').catch((e) => log('write', e.message));
  }, [
    'write WE', 'closed WE', 'write WE',
  ]],
  'Writable.toWeb passes abort': [async () => {
    const w = new Writable({ write() {
    } });
    w.on('error', (e) => log('error', e.message)).on('close', () => log('close'));
    await Writable.toWeb(w).abort(new Error('A'));
    log(w.destroyed);
    await new Promise((z) => setImmediate(z));
  }, [
    'true', 'error A', 'close',
  ]],
  'Writable.toWeb passes destroy': [async () => {
    const w = new Writable({ write() {
    } });
    const wr = Writable.toWeb(w).getWriter();
    w.destroy();
    await wr.closed.catch((e) => log(e.name, e.message, e.cause && e.cause.code));
  }, [
    'AbortError The operation was aborted ERR_STREAM_PREMATURE_CLOSE',
  ]],
  'Writable.toWeb of a stream that ends otherwise': [async () => {
    const w = new Writable({ write(c, e, cb) {
      cb();
    } });
    const wr = Writable.toWeb(w).getWriter();
    w.end();
    await wr.closed.catch((e) => log(e.name, e.message));
  }, [
    'AbortError The operation was aborted',
  ]],
  'Writable.fromWeb': [async () => {
    const w = Writable.fromWeb(sink('k'));
    w.on('finish', () => log('finish')).on('close', () => log('close'));
    w.write('a');
    w.write(Buffer.from('b'));
    w.cork();
    w.write('c');
    w.write('d');
    w.uncork();
    w.end('e');
    await new Promise((z) => w.on('close', z));
  }, [
    'k write <Buffer 61>', 'k write <Buffer 62>', 'k write <Buffer 63>', 'k write <Buffer 64>',
    'k write <Buffer 65>', 'k close', 'finish', 'close',
  ]],
  'Writable.fromWeb passes errors': [async () => {
    const w = Writable.fromWeb(new WritableStream({ write() {
      throw new Error('X');
    } }));
    w.on('error', (e) => log('error', e.message));
    w.write('a', (e) => log('cb', e && e.message));
    await new Promise((z) => w.on('close', z));
  }, [
    'cb X', 'error X',
  ]],
  'Writable.fromWeb passes destroy': [async () => {
    const w = Writable.fromWeb(sink('k'));
    w.destroy();
    await new Promise((z) => w.on('close', z));
    const w2 = Writable.fromWeb(sink('k2'));
    w2.on('error', (e) => log('error', e.message));
    w2.destroy(new Error('D'));
    await new Promise((z) => w2.on('close', z));
  }, [
    'k close', 'k2 abort D', 'error D',
  ]],
  'Writable.fromWeb of a stream that breaks': [async () => {
    const ws = new WritableStream({ start(c) {
      setImmediate(() => c.error(new Error('S')));
    } });
    const w = Writable.fromWeb(ws);
    w.on('error', (e) => log('error', e.message));
    await new Promise((z) => w.on('close', z));
  }, [
    'error S',
  ]],
  'Duplex.fromWeb': [async () => {
    const d = Duplex.fromWeb(upper(), { encoding: 'utf8' });
    d.on('data', (c) => log('data', c)).on('end', () => log('end')).on('finish', () => log('finish'));
    d.write('ab');
    d.end('c');
    await new Promise((z) => d.on('close', z));
    log('close');
  }, [
    'data AB', 'data C', 'finish', 'end', 'close',
  ]],
  'Duplex.fromWeb passes destroy': [async () => {
    const d = Duplex.fromWeb({ readable: new ReadableStream({ cancel(e) {
      log('cancel', e && e.message);
    } }), writable: sink('k') });
    d.on('error', (e) => log('error', e.message));
    d.destroy(new Error('D'));
    await new Promise((z) => d.on('close', z));
  }, [
    'cancel D', 'k abort D', 'error D',
  ]],
  'Duplex.toWeb': [async () => {
    const t = new Transform({ transform(c, e, cb) {
      cb(null, c.toString().toUpperCase());
    } });
    const p = Duplex.toWeb(t);
    log(p);
    const w = p.writable.getWriter();
    const r = p.readable.getReader();
    w.write('hi');
    log(await r.read());
    await w.close();
    log(await r.read());
  }, [
    '{\n  writable: WritableStream { locked: false, state: \'writable\' },\n  readable: ReadableStream { locked: false, state: \'readable\', supportsBYOB: false }\n}',
    '{ value: Uint8Array(2) [ 72, 73 ], done: false }', '{ value: undefined, done: true }',
  ]],
  'Duplex.from': [async () => {
    const d = Duplex.from(source('q', 'r'));
    log(d.readable, d.writable);
    d.setEncoding('utf8');
    d.on('data', (c) => log(c));
    await new Promise((z) => d.on('close', z));
    const w = Duplex.from(sink('k'));
    log(w.readable, w.writable);
    w.end('zz');
    await new Promise((z) => w.on('finish', z));
    const both = Duplex.from(upper());
    both.on('data', (c) => log(String(c)));
    both.end('both');
    await new Promise((z) => both.on('close', z));
  }, [
    'true false', 'q', 'r', 'false true', 'k write <Buffer 7a 7a>', 'k close', 'BOTH',
  ]]
});
