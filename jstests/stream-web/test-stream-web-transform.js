'use strict';
const { log, outcome, success, failure, ticks, drain, stories } = require('./stories');
const { ReadableStream, TransformStream } = require('stream/web');

stories({
  'a transform with start and flush': [async () => {
    ticks();
    const ts = new TransformStream({ start(c) {
      c.enqueue('s');
    }, transform(c, t) {
      t.enqueue(c + '!');
    }, flush(t) {
      t.enqueue('end');
    } });
    const rs = new ReadableStream({ start(c) {
      c.enqueue('a');
      c.enqueue('b');
      c.close();
    } });
    await drain(rs.pipeThrough(ts), 't');
  }, [
    '-', '-', '-', '-', '-', 't { value: \'s\', done: false }', '-', '-', 't { value: \'a!\', done: false }',
    '-', '-', '-', '-', 't { value: \'b!\', done: false }', '-', '-', '-', '-',
    't { value: \'end\', done: false }', '-', 't { done: true, value: undefined }',
  ]],
  'a transformer is called as an object': [() => {
    const k = { start(c) {
      log(this === k, arguments.length);
    }, transform(c, x) {
      log(this === k, arguments.length, x.desiredSize);
    }, flush(x) {
      log(this === k, arguments.length);
    } };
    const t = new TransformStream(k);
    const w = t.writable.getWriter();
    const r = t.readable.getReader();
    w.write('a');
    w.close();
    return outcome('r', r.read());
  }, [
    'true 1', 'true 2 0', 'true 1', 'r { value: undefined, done: true }',
  ]],
  'without a transformer chunks go through': [() => {
    ticks();
    const t = new TransformStream();
    const w = t.writable.getWriter();
    const r = t.readable.getReader();
    outcome('w', w.write('a'));
    outcome('ready', w.ready);
    outcome('r', r.read());
    outcome('c', w.close());
    return outcome('r2', r.read());
  }, [
    '-', '-', 'ready undefined', '-', '-', '-', '-', 'r { value: \'a\', done: false }', '-', '-', '-',
    'w undefined', '-', 'r2 { value: undefined, done: true }', '-', 'c undefined',
  ]],
  'a transform waits for its reader': [() => {
    const t = new TransformStream({ transform(c, k) {
      log('transform', c, k.desiredSize);
      k.enqueue(c);
    } });
    const w = t.writable.getWriter();
    outcome('w1', w.write(1));
    outcome('w2', w.write(2));
    return (async () => {
      for (let i = 0; i < 6; i++) await 0;
      log('read');
      const r = t.readable.getReader();
      log(await r.read());
      for (let i = 0; i < 6; i++) await 0;
      log(await r.read());
    })();
  }, [
    'read', 'transform 1 0', '{ value: 1, done: false }', 'w1 undefined', 'transform 2 0',
    '{ value: 2, done: false }', 'w2 undefined',
  ]],
  'a transform makes many chunks of one': [() => {
    const t = new TransformStream({ transform(c, k) {
      for (let i = 0; i < c; i++) k.enqueue(i);
    }, flush(k) {
      k.enqueue('f');
      k.terminate();
    } }, void 0, { highWaterMark: 2 });
    const w = t.writable.getWriter();
    w.write(3);
    w.close().then(success('c'), failure('c'));
    return drain(t.readable, 'd');
  }, [
    'd { value: 0, done: false }', 'd { value: 1, done: false }', 'c undefined',
    'd { value: 2, done: false }', 'd { value: \'f\', done: false }', 'd { done: true, value: undefined }',
  ]],
  'terminate ends both sides': [async () => {
    const ts = new TransformStream({ transform(c, t) {
      t.enqueue(c);
      t.terminate();
    } });
    const w = ts.writable.getWriter();
    const r = ts.readable.getReader();
    w.write(1).catch((e) => log('w', e.message));
    w.closed.catch((e) => log('wc', e.message));
    log(await r.read(), await r.read());
  }, [
    '{ value: 1, done: false } { value: undefined, done: true }',
    'wc Invalid state: TransformStream has been terminated',
  ]],
  'a transform that throws': [async () => {
    const ts = new TransformStream({ transform(c, t) {
      throw new Error('T');
    } });
    const w = ts.writable.getWriter();
    const r = ts.readable.getReader();
    w.write(1).catch((e) => log('w', e.message));
    w.closed.catch((e) => log('wc', e.message));
    await r.read().catch((e) => log('r', e.message));
  }, [
    'r T', 'w T', 'wc T',
  ]],
  'the controller breaks both sides': [() => {
    let C;
    const t = new TransformStream({ start(c) {
      C = c;
    } });
    const w = t.writable.getWriter(), r = t.readable.getReader();
    outcome('w', w.write(1));
    C.error(new Error('X'));
    return Promise.all([outcome('wc', w.closed), outcome('rc', r.closed), outcome('w2', w.write(1)), outcome('a', w.abort()), outcome('c', r.cancel())]);
  }, [
    'rc Error: X', 'w2 Error: X', 'c Error: X', 'w Error: X', 'a Error: X', 'wc Error: X',
  ]],
  'a flush that throws': [() => {
    const t = new TransformStream({ flush() {
      throw new Error('F');
    } });
    const w = t.writable.getWriter();
    const r = t.readable.getReader();
    return Promise.all([outcome('close', w.close()), outcome('closed', w.closed), outcome('r', r.read())]);
  }, [
    'r Error: F', 'close Error: F', 'closed Error: F',
  ]],
  'abort of the writable side': [() => {
    const t = new TransformStream({ cancel(x) {
      log('cancel', x);
    } });
    return Promise.all([outcome('abort', t.writable.abort('A')), outcome('r', t.readable.getReader().closed)]);
  }, [
    'cancel A', 'r A', 'abort undefined',
  ]],
  'abort with a cancel that throws': [() => {
    const t = new TransformStream({ cancel(x) {
      throw new Error('CX');
    } });
    const w = t.writable.getWriter();
    return Promise.all([outcome('abort', w.abort('A')), outcome('r', t.readable.getReader().closed), outcome('wc', w.closed)]);
  }, [
    'r Error: CX', 'abort Error: CX', 'wc A',
  ]],
  'cancel of the readable side': [async () => {
    const ts = new TransformStream({ cancel(r) {
      log('cancel', r);
    }, flush() {
      log('flush');
    } });
    const w = ts.writable.getWriter();
    w.closed.catch((e) => log('wc', e));
    await ts.readable.cancel('C');
    log(ts);
    await w.write(1).catch((e) => log('write', e));
  }, [
    'cancel C',
    'TransformStream {\n  readable: ReadableStream { locked: false, state: \'closed\', supportsBYOB: false },\n  writable: WritableStream { locked: true, state: \'errored\' },\n  backpressure: false\n}',
    'wc C', 'write C',
  ]],
  'cancel that throws': [() => {
    const t = new TransformStream({ cancel(x) {
      throw new Error('CX');
    } });
    const w = t.writable.getWriter();
    return Promise.all([outcome('cancel', t.readable.cancel('A')), outcome('wc', w.closed)]);
  }, [
    'cancel Error: CX', 'wc Error: CX',
  ]],
  'enqueue after the end': [() => {
    let C;
    const t = new TransformStream({ start(c) {
      C = c;
    } });
    t.readable.cancel();
    try {
      C.enqueue(1);
    } catch (e) {
      log(e.code, e.message);
    }
    C.terminate();
    log(C.desiredSize);
    let D;
    new TransformStream({ start(c) {
      D = c;
      c.terminate();
      try {
        c.enqueue(1);
      } catch (e) {
        log(e.message);
      }
    } });
  }, [
    'ERR_INVALID_STATE Invalid state: Unable to enqueue', '0', 'Invalid state: Unable to enqueue',
  ]],
  'transform waits for start': [() => {
    ticks();
    let res;
    const t = new TransformStream({ start() {
      return new Promise((r2) => res = r2);
    }, transform(c, k) {
      log('t', c);
      k.enqueue(c);
    } });
    const w = t.writable.getWriter();
    outcome('w', w.write(1));
    const r = outcome('r', t.readable.getReader().read());
    return (async () => {
      await 0;
      await 0;
      log('go');
      res();
      await r;
    })();
  }, [
    '-', '-', '-', 'go', '-', '-', '-', '-', 't 1', '-', 'r { value: 1, done: false }', '-', '-', '-',
    'w undefined',
  ]],
  'a size function that throws': [() => {
    const t = new TransformStream({}, {}, { size() {
      throw new Error('S');
    } });
    const w = t.writable.getWriter();
    return Promise.all([outcome('r', t.readable.getReader().read()), outcome('w', w.write(1)), outcome('wc', w.closed)]);
  }, [
    'r { value: 1, done: false }', 'w undefined', 'never settled',
  ]],
  'both strategies count': [() => {
    const t = new TransformStream({}, { highWaterMark: 3 }, { highWaterMark: 2 });
    const w = t.writable.getWriter();
    log(w.desiredSize);
    w.write(1);
    w.write(2);
    log(w.desiredSize);
    return Promise.resolve().then(() => 0).then(() => 0).then(() => 0).then(() => 0).then(() => 0).then(() => log(w.desiredSize));
  }, [
    '3', '1', '1',
  ]]
});
