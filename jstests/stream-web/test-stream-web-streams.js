'use strict';
const { log, attempt, drain, source, upper, sink, stories } = require('./stories');
const stream = require('stream');
const { Readable, Writable, Transform, PassThrough, pipeline, finished, compose, addAbortSignal } = require('stream');
const con = require('stream/consumers');
const { ReadableStream, TransformStream } = require('stream/web');

stories({
  'finished': [async () => {
    const rs = source('a');
    const p = stream.promises.finished(rs);
    drain(rs, 'f');
    log(await p);
    const rs2 = new ReadableStream({ start(c) {
      c.error(new Error('FE'));
    } });
    finished(rs2, (e) => log('cb', e && e.message));
    const ws = sink('k');
    finished(ws, (...a) => log('ws', a));
    await ws.close();
    await new Promise((z) => setImmediate(z));
    attempt(() => finished(upper(), () => {
    }));
    const ac = new AbortController();
    finished(new ReadableStream(), { signal: ac.signal }, (e) => log('ab', e.name));
    ac.abort();
    await new Promise((z) => setImmediate(z));
  }, [
    'f { value: \'a\', done: false }', 'f { done: true, value: undefined }', 'undefined', 'k close', 'cb FE',
    'ws [ undefined ]',
    'TypeError ERR_INVALID_ARG_TYPE The "stream" argument must be an instance of ReadableStream, WritableStream, or Stream. Received an instance of TransformStream',
    'ab AbortError',
  ]],
  'addAbortSignal': [async () => {
    const ac = new AbortController();
    const rs = new ReadableStream();
    log(addAbortSignal(ac.signal, rs) === rs);
    const r = rs.getReader();
    ac.abort(new Error('why'));
    await r.read().catch((e) => log(e.name, e.message, e.cause && e.cause.message));
    const ac2 = new AbortController();
    const ws = sink('z');
    addAbortSignal(ac2.signal, ws);
    const w = ws.getWriter();
    ac2.abort();
    await w.closed.catch((e) => log(e.name));
    attempt(() => addAbortSignal(ac.signal, 5));
    attempt(() => addAbortSignal(5, rs));
    addAbortSignal(ac.signal, rs);
  }, [
    'true', 'AbortError The operation was aborted why', 'AbortError',
    'TypeError ERR_INVALID_ARG_TYPE The "stream" argument must be an instance of ReadableStream, WritableStream, or Stream. Received type number (5)',
    'TypeError ERR_INVALID_ARG_TYPE The "signal" argument must be an instance of AbortSignal. Received type number (5)',
  ]],
  'pipeline of web streams and a generator': [async () => {
    await stream.promises.pipeline(source('a', 'b'), upper(), async function* (s) {
      for await (const c of s) yield c + '!';
    }, sink('k'));
    log('done');
  }, [
    'k write A!', 'k write B!', 'k close', 'done',
  ]],
  'pipeline from a Readable': [async () => {
    await stream.promises.pipeline(Readable.from(['a', 'b']), upper(), sink('k'));
    log('done');
  }, [
    'k write A', 'k write B', 'k close', 'done',
  ]],
  'pipeline into a PassThrough': [async () => {
    const pt = new PassThrough();
    pt.on('data', (d) => log('pt', String(d)));
    await stream.promises.pipeline(source('a', 'b'), upper(), pt);
    log('done');
  }, [
    'pt A', 'pt B', 'done',
  ]],
  'pipeline into a Writable': [async () => {
    await stream.promises.pipeline(source('a', 'b'), new Writable({ write(c, e, cb) {
      log(String(c));
      cb();
    } }));
    log('done');
  }, [
    'a', 'b', 'done',
  ]],
  'pipeline passes errors of its source': [async () => {
    const rs = new ReadableStream({ start(c) {
      c.enqueue('a');
    }, pull() {
      throw new Error('S');
    }, cancel(e) {
      log('cancel', e);
    } });
    await stream.promises.pipeline(rs, upper(), sink('k')).catch((e) => log('rej', e.message));
  }, [
    'k write A', 'k abort S', 'rej S',
  ]],
  'pipeline passes errors of its end': [async () => {
    const rs = new ReadableStream({ start(c) {
      c.enqueue('a');
      c.enqueue('b');
    }, cancel(e) {
      log('cancel', e && e.message);
    } });
    await stream.promises.pipeline(rs, new Writable({ write(c, e, cb) {
      cb(new Error('W'));
    } })).catch((e) => log('rej', e.message));
    log(rs);
  }, [
    'cancel undefined', 'rej W', 'ReadableStream { locked: false, state: \'closed\', supportsBYOB: false }',
  ]],
  'pipeline into a function': [async () => {
    const r = await new Promise((z) => pipeline(source('x'), upper(), async (s) => {
      let t = '';
      for await (const c of s) t += c;
      return t;
    }, (e, v) => z([e, v])));
    log(r);
  }, [
    '[ undefined, \'X\' ]',
  ]],
  'pipeline that does not end': [async () => {
    const w = sink('k');
    await stream.promises.pipeline(source('a'), w, { end: false });
    log(w);
  }, [
    'k write a', 'WritableStream { locked: true, state: \'writable\' }',
  ]],
  'compose with a TransformStream first': [async () => {
    const d = compose(upper(), new Transform({ transform(c, e, cb) {
      cb(null, String(c) + '.');
    } }));
    d.on('data', (x) => log(String(x)));
    d.on('end', () => log('end'));
    d.write('a');
    d.end('b');
    await new Promise((z) => d.on('close', z));
    log('close');
  }, [
    'A.B.', 'end', 'close',
  ]],
  'compose with a TransformStream last': [async () => {
    const d = compose(new PassThrough(), upper());
    d.setEncoding('utf8');
    d.on('data', (x) => log(x));
    d.on('end', () => log('end'));
    d.end('abc');
    await new Promise((z) => d.on('end', z));
  }, [
    'ABC', 'end',
  ]],
  'compose with a ReadableStream': [async () => {
    const d = compose(source('a', 'b'), upper());
    d.setEncoding('utf8');
    d.on('data', (x) => log(x));
    await new Promise((z) => d.on('end', z));
    log(d.writable);
  }, [
    'A', 'B', 'false',
  ]],
  'compose looks at its streams': [() => {
    attempt(() => compose(sink('x'), upper()));
    attempt(() => compose(upper(), source('a')));
  }, [
    'TypeError ERR_INVALID_ARG_VALUE The argument \'streams[0]\' must be readable. Received WritableStream { locked: false, state: \'writable\' }',
    'TypeError ERR_INVALID_ARG_VALUE The argument \'streams[1]\' must be writable. Received ReadableStream { locked: false, state: \'readable\', supportsBYOB: false }',
  ]],
  'consumers': [async () => {
    log(await con.text(source('he', 'llo')));
    log(await con.json(source('{"a":', '1}')));
    log(await con.buffer(source(Buffer.from('x'), new Uint8Array([65]))));
    log(await con.arrayBuffer(source('ab')));
    const b = await con.blob(source('ab', 'c'));
    log(b.size);
    await con.text(new ReadableStream({ start(c) {
      c.error(new Error('E'));
    } })).catch((e) => log(e.message));
    const rs = source('a');
    rs.getReader();
    await con.text(rs).catch((e) => log(e.message));
  }, [
    'hello', '{ a: 1 }', '<Buffer 78 41>', 'ArrayBuffer { [Uint8Contents]: <61 62>, byteLength: 2 }', '3',
    'E', 'Invalid state: ReadableStream is locked',
  ]],
  'isReadable, isErrored, isDisturbed': [async () => {
    const rs = source('a');
    log(stream.isReadable(rs), stream.isErrored(rs), stream.isDisturbed(rs));
    await rs.cancel();
    log(stream.isReadable(rs), stream.isErrored(rs), stream.isDisturbed(rs));
    const e = new ReadableStream({ start(c) {
      c.error(1);
    } });
    log(stream.isErrored(e), Readable.isDisturbed(e));
    log(stream.isErrored(sink()), stream.isReadable(sink()));
  }, [
    'true false false', 'false false true', 'true false', 'false null',
  ]],
  'Blob.stream': [async () => {
    const b = new Blob(['hello world']);
    const s = b.stream();
    log(s);
    const rd = s.getReader();
    const x = await rd.read();
    log(x, await rd.read());
    const t = b.stream().getReader({ mode: 'byob' });
    log(await t.read(new Uint8Array(4)));
    log(await con.text(new Blob(['abc']).stream()));
    log(await new Blob([]).stream().getReader().read());
  }, [
    'ReadableStream { locked: false, state: \'readable\', supportsBYOB: true }',
    '{\n  value: Uint8Array(11) [\n    104, 101, 108, 108,\n    111,  32, 119, 111,\n    114, 108, 100\n  ],\n  done: false\n} { value: undefined, done: true }',
    '{ value: Uint8Array(4) [ 104, 101, 108, 108 ], done: false }', 'abc', '{ value: undefined, done: true }',
  ]]
});
