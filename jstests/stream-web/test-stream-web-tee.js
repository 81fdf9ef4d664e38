'use strict';
const { log, outcome, ticks, drain, stories } = require('./stories');
const { ReadableStream } = require('stream/web');

stories({
  'both branches get all chunks': [async () => {
    ticks();
    const rs = new ReadableStream({ start(c) {
      c.enqueue('a');
      c.enqueue('b');
      c.close();
    }, cancel(r) {
      log('cancel', r);
    } });
    const [a, b] = rs.tee();
    await Promise.all([drain(a, 'a'), drain(b, 'b')]);
  }, [
    '-', '-', '-', '-', '-', 'a { value: \'a\', done: false }', 'b { value: \'a\', done: false }', '-',
    'a { value: \'b\', done: false }', 'b { value: \'b\', done: false }', '-', '-', '-', '-', '-', '-', '-',
    '-', '-', '-', '-', '-', '-', '-', '-', '-', '-', '-', '-', '-', '-', '-', '-', '-', '-', '-', '-', '-',
    '-', '-', '-', '-', '-', '-', '-', '-', '-', '-', '-', '-', '-', '-', '-', '-', '-', '-', '-', '-', '-',
    '-', '-', '-', '-', '-', 'a { done: true, value: undefined }', 'b { done: true, value: undefined }',
  ]],
  'branches share their chunks': [() => {
    const o = {};
    const [a, b] = new ReadableStream({ start(c) {
      c.enqueue(o);
    } }).tee();
    return Promise.all([a.getReader().read(), b.getReader().read()]).then(([x, y]) => log(x.value === o, y.value === o));
  }, [
    'true true',
  ]],
  'a branch is read ahead by one chunk': [() => {
    let p = 0;
    const r = new ReadableStream({ pull(c) {
      log('pull', ++p);
      c.enqueue(p);
    } }, { highWaterMark: 0 });
    const [a, b] = r.tee();
    return (async () => {
      for (let i = 0; i < 9; i++) await 0;
      const ra = a.getReader();
      log(await ra.read());
      log(await ra.read());
      log(await b.getReader().read());
    })();
  }, [
    'pull 1', 'pull 2', '{ value: 1, done: false }', 'pull 3', '{ value: 2, done: false }',
    '{ value: 1, done: false }',
  ]],
  'an error breaks both branches': [() => {
    let C;
    const r = new ReadableStream({ start(c) {
      C = c;
    } });
    const [a, b] = r.tee();
    const ra = a.getReader(), rb = b.getReader();
    C.error(new Error('E'));
    return Promise.all([outcome('a', ra.read()), outcome('b', rb.closed)]);
  }, [
    'a Error: E', 'b Error: E',
  ]],
  'one branch may be cancelled': [() => {
    const r = new ReadableStream({ start(c) {
      c.enqueue(1);
      c.enqueue(2);
      c.close();
    }, cancel() {
      log('cancel');
    } });
    const [a, b] = r.tee();
    a.cancel('x');
    return drain(b, 'b');
  }, [
    'b { value: 1, done: false }', 'b { value: 2, done: false }', 'b { done: true, value: undefined }',
  ]],
  'the source is cancelled with both reasons': [async () => {
    const rs = new ReadableStream({ start(c) {
      c.enqueue('a');
    }, cancel(r) {
      log('cancel', r);
    } });
    const [a, b] = rs.tee();
    const p = a.cancel('1');
    p.then(() => log('c1'));
    await b.cancel('2');
    log('c2');
  }, [
    'cancel [ \'1\', \'2\' ]', 'c1', 'c2',
  ]],
  'a failed cancel of the source': [() => {
    const r = new ReadableStream({ cancel() {
      throw new Error('CE');
    } });
    const [a, b] = r.tee();
    return Promise.all([outcome('a', a.cancel(1)), outcome('b', b.cancel(2))]);
  }, [
    'a Error: CE', 'b Error: CE',
  ]],
  'branches of bytes': [async () => {
    ticks();
    let i = 0;
    const rs = new ReadableStream({ type: 'bytes', pull(c) {
      log('pull');
      if (i++ < 2) c.enqueue(new Uint8Array([i]));
      else {
        c.close();
      }
    } });
    const [a, b] = rs.tee();
    await Promise.all([drain(a, 'a'), drain(b, 'b')]);
  }, [
    '-', '-', 'pull', '-', '-', '-', 'a { value: Uint8Array(1) [ 1 ], done: false }', 'pull',
    'b { value: Uint8Array(1) [ 1 ], done: false }', '-', '-',
    'a { value: Uint8Array(1) [ 2 ], done: false }', 'pull', 'b { value: Uint8Array(1) [ 2 ], done: false }',
    '-', 'a { done: true, value: undefined }', 'b { done: true, value: undefined }',
  ]],
  'branches of bytes have memory of their own': [() => {
    const u = new Uint8Array([1, 2, 3]);
    const [a, b] = new ReadableStream({ type: 'bytes', start(c) {
      c.enqueue(u);
    } }).tee();
    return Promise.all([a.getReader().read(), b.getReader().read()]).then(([x, y]) => {
      log(x.value, y.value, x.value.buffer === y.value.buffer, u.length);
    });
  }, [
    'Uint8Array(3) [ 1, 2, 3 ] Uint8Array(3) [ 1, 2, 3 ] false 0',
  ]],
  'one branch reads into its own memory': [async () => {
    let i = 0;
    const rs = new ReadableStream({ type: 'bytes', pull(c) {
      log('pull', c.byobRequest && c.byobRequest.view);
      if (c.byobRequest) {
        c.byobRequest.view[0] = ++i;
        c.byobRequest.respond(1);
      } else c.enqueue(new Uint8Array([++i]));
    } });
    const [a, b] = rs.tee();
    const ra = a.getReader({ mode: 'byob' }), rb = b.getReader();
    log(await ra.read(new Uint8Array(3)));
    log(await rb.read());
    log(await rb.read());
    log(await ra.read(new Uint8Array(3)));
    await Promise.all([ra.cancel('q'), rb.cancel('r')]);
  }, [
    'pull Uint8Array(3) [ 0, 0, 0 ]', '{ value: Uint8Array(1) [ 1 ], done: false }',
    '{ value: Uint8Array(1) [ 1 ], done: false }', 'pull null', '{ value: Uint8Array(1) [ 2 ], done: false }',
    '{ value: Uint8Array(1) [ 2 ], done: false }',
  ]],
  'the end with reads into memory': [async () => {
    let C;
    const rs = new ReadableStream({ type: 'bytes', start(c) {
      C = c;
    } });
    const [a, b] = rs.tee();
    const ra = a.getReader({ mode: 'byob' }), rb = b.getReader({ mode: 'byob' });
    const p = ra.read(new Uint8Array(3)), q = rb.read(new Uint8Array(2));
    await 0;
    await 0;
    await 0;
    await 0;
    C.close();
    if (C.byobRequest) C.byobRequest.respond(0);
    log(await p);
    log(await q);
  }, [
    '{ value: Uint8Array(0) [], done: true }', '{ value: Uint8Array(0) [], done: true }',
  ]],
  'branches of bytes are cancelled': [() => {
    const r = new ReadableStream({ type: 'bytes', cancel(x) {
      log('cancel', x);
    } });
    const [a, b] = r.tee();
    return Promise.all([outcome('a', a.cancel('1')), outcome('b', b.cancel('2'))]);
  }, [
    'cancel [ \'1\', \'2\' ]', 'a undefined', 'b undefined',
  ]],
  'branches of bytes break': [() => {
    let C;
    const r = new ReadableStream({ type: 'bytes', start(c) {
      C = c;
    } });
    const [a, b] = r.tee();
    const x = outcome('a', a.getReader({ mode: 'byob' }).read(new Uint8Array(2)));
    C.error(new Error('E'));
    return Promise.all([x, outcome('b', b.getReader().read())]);
  }, [
    'b Error: E', 'a Error: E',
  ]]
});
