'use strict';
const { log, outcome, success, failure, ticks, drain, stories } = require('./stories');
const { ReadableStream, WritableStream, TransformStream, ByteLengthQueuingStrategy } = require('stream/web');

stories({
  'chunks come in order, pull refills, then the end': [() => {
    ticks();
    const rs = new ReadableStream({ start(c) {
      log('start');
      c.enqueue(1);
      c.enqueue(2);
    }, pull(c) {
      log('pull', c.desiredSize);
      c.enqueue(3);
      c.close();
    }, cancel(r2) {
      log('cancel', r2);
    } });
    const r = rs.getReader();
    r.closed.then(() => log('closed'));
    return (async () => {
      log(await r.read());
      log(await r.read());
      log(await r.read());
      log(await r.read());
    })();
  }, [
    '-', 'start', '-', '{ value: 1, done: false }', 'pull 1', '-', '{ value: 2, done: false }', '-', 'closed',
    '{ value: 3, done: false }', '-', '{ value: undefined, done: true }',
  ]],
  'pull is called until the high water mark, and again for reads': [() => {
    ticks();
    let i = 0;
    const rs = new ReadableStream({ start() {
      log('start');
    }, pull(c) {
      log('pull', c.desiredSize);
      c.enqueue(i++);
    } }, { highWaterMark: 3 });
    return (async () => {
      await 0;
      await 0;
      await 0;
      await 0;
      await 0;
      await 0;
      const r = rs.getReader();
      log(await r.read());
      log(await r.read());
    })();
  }, [
    '-', 'start', '-', 'pull 3', '-', 'pull 2', '-', 'pull 1', '-', '-', '-', 'pull 1', '-',
    '{ value: 0, done: false }', 'pull 1', '-', '{ value: 1, done: false }',
  ]],
  'pull is not called again before its promise settles': [() => {
    ticks();
    let res;
    const rs = new ReadableStream({ pull(c) {
      log('pull');
      c.enqueue('x');
      return new Promise((r2) => res = r2);
    } });
    const r = rs.getReader();
    outcome('r1', r.read());
    outcome('r2', r.read());
    return (async () => {
      for (let i = 0; i < 6; i++) await 0;
      res();
      for (let i = 0; i < 6; i++) await 0;
    })();
  }, [
    '-', '-', 'pull', '-', 'r1 { value: \'x\', done: false }', '-', '-', '-', '-', '-', '-', 'pull', '-',
    'r2 { value: \'x\', done: false }',
  ]],
  'a rejected pull breaks the stream': [() => {
    ticks();
    const rs = new ReadableStream({ pull() {
      return Promise.reject(new Error('p'));
    } });
    const r = rs.getReader();
    return Promise.all([outcome('r', r.read()), outcome('c', r.closed)]);
  }, [
    '-', '-', '-', '-', '-', '-', 'c Error: p', 'r Error: p',
  ]],
  'pull waits for start': [() => {
    ticks();
    let res;
    const rs = new ReadableStream({ start() {
      return new Promise((r) => res = r);
    }, pull() {
      log('pull');
    } });
    log('made');
    res();
    return outcome('n', Promise.resolve()).then(() => 0).then(() => 0).then(() => 0);
  }, [
    '-', 'made', '-', 'n undefined', '-', '-', 'pull',
  ]],
  'what start throws the constructor throws': [() => {
    try {
      new ReadableStream({ start() {
        throw new Error('s');
      } });
    } catch (e) {
      log(e.message);
    }
    try {
      new WritableStream({ start() {
        throw new Error('s');
      } });
    } catch (e) {
      log(e.message);
    }
    try {
      new TransformStream({ start() {
        throw new Error('s');
      } });
    } catch (e) {
      log(e.message);
    }
  }, [
    's', 's', 's',
  ]],
  'a start that rejects breaks the stream': [async () => {
    const rs = new ReadableStream({ start() {
      return Promise.reject('SR');
    } });
    await rs.getReader().read().catch((e) => log(e));
    const ws = new WritableStream({ start() {
      return Promise.reject('SR');
    } });
    const w = ws.getWriter();
    await w.write(1).catch((e) => log(e));
    await w.closed.catch((e) => log(e));
  }, [
    'SR', 'SR', 'SR',
  ]],
  'start may return a thenable': [() => {
    ticks();
    const rs = new ReadableStream({ start() {
      return { then(ok) {
        log('then');
        success();
      } };
    }, pull() {
      log('pull');
    } });
    return outcome('x', Promise.resolve()).then(() => 0).then(() => 0).then(() => 0).then(() => 0);
  }, [
    '-', '-', 'then', 'x undefined',
  ]],
  'close lets the queue be read': [() => {
    ticks();
    const rs = new ReadableStream({ start(c) {
      c.enqueue(1);
      c.close();
      log(c.desiredSize);
      try {
        c.enqueue(2);
      } catch (e) {
        log(e.message);
      }
    } });
    const r = rs.getReader();
    outcome('closed', r.closed);
    return outcome('r', r.read()).then(() => outcome('r', r.read()));
  }, [
    '-', '0', 'Invalid state: Controller is already closed', '-', 'closed undefined',
    'r { value: 1, done: false }', '-', '-', 'r { value: undefined, done: true }',
  ]],
  'error rejects the reads that wait': [() => {
    let C;
    const rs = new ReadableStream({ start(c) {
      C = c;
    } });
    const r = rs.getReader();
    const all = [outcome('a', r.read()), outcome('b', r.read()), outcome('closed', r.closed)];
    C.error(new Error('e'));
    C.error(new Error('again'));
    return Promise.all(all);
  }, [
    'closed Error: e', 'a Error: e', 'b Error: e',
  ]],
  'cancel ends the reads that wait': [() => {
    const rs = new ReadableStream({ cancel(x) {
      log('cancel', x);
    } });
    const r = rs.getReader();
    return Promise.all([outcome('a', r.read()), outcome('b', r.read()), outcome('closed', r.closed), outcome('cancel', r.cancel('why'))]);
  }, [
    'cancel why', 'closed undefined', 'a { value: undefined, done: true }',
    'b { value: undefined, done: true }', 'cancel undefined',
  ]],
  'a cancelled stream cancels without its source': [() => {
    let k = 0;
    const rs = new ReadableStream({ cancel(x) {
      log('cancel', ++k);
    } });
    return Promise.all([outcome('1', rs.cancel()), outcome('2', rs.cancel())]);
  }, [
    'cancel 1', '2 undefined', '1 undefined',
  ]],
  'cancel rejects with the error of the source': [async () => {
    ticks();
    const rs = new ReadableStream({ cancel() {
      throw 'C';
    } });
    await rs.cancel().catch((e) => log(e));
    const rs2 = new ReadableStream({ start(c) {
      c.enqueue(1);
    }, cancel() {
      return 'v';
    } });
    const r = rs2.getReader();
    const q = r.read().then((v) => log(v));
    log(await r.cancel('z'));
    log(await r.read());
  }, [
    '-', '-', '-', 'C', '-', '-', '{ value: 1, done: false }', '-', 'undefined', '-',
    '{ value: undefined, done: true }',
  ]],
  'a source is called as an object': [() => {
    const src = { cancel(x) {
      log(this === src, arguments.length);
    }, pull(c) {
      log(this === src, arguments.length, c.constructor.name);
    }, start(c) {
      log(this === src, arguments.length);
    } };
    const rs = new ReadableStream(src);
    return rs.getReader().read().catch(() => 0) && Promise.resolve().then(() => 0).then(() => 0).then(() => rs.cancel().catch(failure('l')));
  }, [
    'true 1', 'true 1 ReadableStreamDefaultController',
    'l TypeError: Invalid state: ReadableStream is locked',
  ]],
  'with a high water mark of 0 only reads pull': [() => {
    ticks();
    const rs = new ReadableStream({ pull(c) {
      log('pull', c.desiredSize);
      c.enqueue('a');
    } }, { highWaterMark: 0 });
    return (async () => {
      for (let i = 0; i < 4; i++) await 0;
      log('read');
      log(await rs.getReader().read());
    })();
  }, [
    '-', '-', '-', '-', '-', 'read', 'pull 0', '-', '{ value: \'a\', done: false }',
  ]],
  'a high water mark may be Infinity': [() => {
    let C;
    new ReadableStream({ start(c) {
      C = c;
    } }, { highWaterMark: Infinity });
    log(C.desiredSize);
    const w = new WritableStream({}, { highWaterMark: Infinity }).getWriter();
    log(w.desiredSize);
  }, [
    'Infinity', 'Infinity',
  ]],
  'sizes that are none break the stream': [async () => {
    const rs = new ReadableStream({ start(c) {
      try {
        c.enqueue(1);
      } catch (e) {
        log(e.message);
      }
    } }, { size() {
      return -1;
    } });
    log(rs);
    const rs2 = new ReadableStream({ start(c) {
      try {
        c.enqueue(1);
      } catch (e) {
        log(e);
      }
    } }, { size() {
      throw 'S';
    } });
    log(rs2);
    const rs3 = new ReadableStream({ start(c) {
      c.enqueue(new Uint8Array(5));
      log(c.desiredSize);
    } }, new ByteLengthQueuingStrategy({ highWaterMark: 16 }));
    log(rs3);
    const w = new WritableStream({}, { size() {
      throw 'X';
    } }).getWriter();
    await w.write(1).catch((e) => log(e));
    const w2 = new WritableStream({}, { size() {
      return NaN;
    } }).getWriter();
    await w2.write(1).catch((e) => log(e.message));
  }, [
    'The argument \'size\' is invalid. Received -1',
    'ReadableStream { locked: false, state: \'errored\', supportsBYOB: false }', 'S',
    'ReadableStream { locked: false, state: \'errored\', supportsBYOB: false }', '11',
    'ReadableStream { locked: false, state: \'readable\', supportsBYOB: false }', 'X',
    'The argument \'size\' is invalid. Received NaN',
  ]],
  'a size function may close the stream': [() => {
    let C;
    const rs = new ReadableStream({ start(c) {
      C = c;
    } }, { size() {
      C.close();
      return 1;
    } });
    try {
      C.enqueue(1);
    } catch (e) {
      log(e.message);
    }
    log(rs);
    return outcome('r', rs.getReader().read());
  }, [
    'ReadableStream { locked: false, state: \'closed\', supportsBYOB: false }',
    'r { value: undefined, done: true }',
  ]],
  'streams that have failed': [async () => {
    const rs = new ReadableStream({ start(c) {
      c.error('E');
    } });
    log(rs);
    await rs.cancel().catch((e) => log(e));
    const r = rs.getReader();
    await r.read().catch((e) => log(e));
    await r.closed.catch((e) => log(e));
    log(r);
    const ws = new WritableStream({ start(c) {
      c.error('W');
    } });
    log(ws);
    await 0;
    await 0;
    log(ws);
    await ws.close().catch((e) => log(e.message));
    await ws.abort();
    const w = ws.getWriter();
    await w.closed.catch((e) => log(e));
    await w.write().catch((e) => log(e));
    log(w.desiredSize);
  }, [
    'ReadableStream { locked: false, state: \'errored\', supportsBYOB: false }', 'E', 'E', 'E',
    'ReadableStreamDefaultReader {\n  stream: ReadableStream { locked: true, state: \'errored\', supportsBYOB: false },\n  readRequests: 0,\n  close: Promise { <rejected> \'E\' }\n}',
    'WritableStream { locked: false, state: \'erroring\' }',
    'WritableStream { locked: false, state: \'errored\' }', 'Invalid state: WritableStream is closed', 'W',
    'W', 'null',
  ]],
  'what a released reader and writer do': [async () => {
    const rs = new ReadableStream();
    const r = rs.getReader();
    const p = r.read();
    p.catch((e) => log('read', e.code, e.message));
    r.closed.catch((e) => log('closed', e.code, e.message));
    r.releaseLock();
    log(rs.locked);
    await r.read().catch((e) => log(e.code, e.message));
    await r.cancel().catch((e) => log(e.code, e.message));
    const ws = new WritableStream();
    const w = ws.getWriter();
    w.releaseLock();
    await w.closed.catch((e) => log(e.message));
    await w.ready.catch((e) => log(e.message));
    await w.write(1).catch((e) => log(e.message));
    try {
      w.desiredSize;
    } catch (e) {
      log(e.message);
    }
    try {
      log(w);
    } catch (e) {
      log(e.message);
    }
  }, [
    'false', 'closed ERR_INVALID_STATE Invalid state: Reader released',
    'read ERR_INVALID_STATE Invalid state: Releasing reader',
    'ERR_INVALID_STATE Invalid state: The reader is not attached to a stream',
    'ERR_INVALID_STATE Invalid state: The reader is not attached to a stream',
    'Invalid state: Writer has been released', 'Invalid state: Writer has been released',
    'Invalid state: Writer is not bound to a WritableStream',
    'Invalid state: Writer is not bound to a WritableStream',
    'Invalid state: Writer is not bound to a WritableStream',
  ]],
  'controllers refuse what comes too late': [async () => {
    let C;
    const rs = new ReadableStream({ start(c) {
      C = c;
    } });
    C.close();
    for (const f of [() => C.close(), () => C.enqueue(1), () => C.desiredSize, () => C.error(1)]) try {
      log(f());
    } catch (e) {
      log(e.name, e.message);
    }
    const rb = new ReadableStream({ type: 'bytes', start(c) {
      C = c;
    } });
    for (const f of [() => C.enqueue(), () => C.enqueue(new Uint8Array(0)), () => C.close(), () => C.close(), () => C.enqueue(new Uint8Array(1))]) try {
      log(f());
    } catch (e) {
      log(e.name, e.message);
    }
    const r2 = new ReadableStream({ type: 'bytes', start(c) {
      C = c;
    } });
    const p = r2.getReader({ mode: 'byob' }).read(new Uint8Array(2));
    const q = C.byobRequest;
    log(q);
    for (const f of [() => q.respond(), () => q.respond(0), () => q.respond(3), () => q.respondWithNewView(), () => q.respondWithNewView(new Uint8Array(0)), () => q.respondWithNewView(new Uint8Array(1)), () => q.respond(1), () => q.respond(1), () => log(q)]) try {
      log(f());
    } catch (e) {
      log(e.name, e.message);
    }
    log(await p);
  }, [
    'TypeError Invalid state: Controller is already closed',
    'TypeError Invalid state: Controller is already closed', '0', 'undefined',
    'TypeError The "buffer" argument must be an instance of Buffer, TypedArray, or DataView. Received undefined',
    'TypeError Invalid state: chunk ArrayBuffer is zero-length or detached', 'undefined',
    'TypeError Invalid state: ReadableStream is already closed',
    'TypeError Invalid state: ReadableStream is already closed',
    'ReadableStreamBYOBRequest {\n  view: Uint8Array(2) [ 0, 0 ],\n  controller: ReadableByteStreamController {}\n}',
    'TypeError The argument \'bytesWritten\' is invalid. Received undefined',
    'TypeError The argument \'bytesWritten\' is invalid. Received 0',
    'RangeError The argument \'bytesWritten\' is invalid. Received 3',
    'TypeError The "view" argument must be an instance of Buffer, TypedArray, or DataView. Received undefined',
    'TypeError Invalid state: View is zero-length',
    'RangeError The argument \'view\' is invalid. Received Uint8Array(1) [ 0 ]', 'undefined',
    'TypeError Invalid state: This BYOB request has been invalidated',
    'ReadableStreamBYOBRequest { view: null, controller: undefined }', 'undefined',
    '{ value: Uint8Array(1) [ 0 ], done: false }',
  ]],
  'locked streams refuse': [async () => {
    const rs = new ReadableStream();
    rs.getReader();
    await rs.cancel().catch((e) => log(e.message));
    try {
      rs.getReader();
    } catch (e) {
      log(e.message);
    }
    try {
      rs.tee();
    } catch (e) {
      log(e.message);
    }
    try {
      rs.values();
    } catch (e) {
      log(e.message);
    }
    await rs.pipeTo(new WritableStream()).catch((e) => log(e.message));
    try {
      rs.pipeThrough(new TransformStream());
    } catch (e) {
      log(e.message);
    }
    const ws = new WritableStream();
    ws.getWriter();
    await ws.abort().catch((e) => log(e.message));
    await ws.close().catch((e) => log(e.message));
    try {
      ws.getWriter();
    } catch (e) {
      log(e.message);
    }
    await new ReadableStream().pipeTo(ws).catch((e) => log(e.message));
    await new ReadableStream().pipeTo().catch((e) => log(e.message));
    try {
      new ReadableStream().pipeThrough();
    } catch (e) {
      log(e.message);
    }
    try {
      new ReadableStream().pipeThrough({ readable: new ReadableStream() });
    } catch (e) {
      log(e.message);
    }
    await new ReadableStream().pipeTo(new WritableStream(), { signal: 1 }).catch((e) => log(e.message));
  }, [
    'Invalid state: ReadableStream is locked', 'Invalid state: ReadableStream is locked',
    'Invalid state: ReadableStream is locked', 'Invalid state: ReadableStream is locked',
    'Invalid state: The ReadableStream is locked', 'Invalid state: The ReadableStream is locked',
    'Invalid state: WritableStream is locked', 'Invalid state: WritableStream is locked',
    'Invalid state: WritableStream is locked', 'Invalid state: The WritableStream is locked',
    'The "transform.writable" property must be an instance of WritableStream. Received undefined',
    'The "transform.readable" property must be an instance of ReadableStream. Received undefined',
    'The "transform.writable" property must be an instance of WritableStream. Received undefined',
    'The "options.signal" property must be an instance of AbortSignal. Received type number (1)',
  ]],
  'classes can be extended': [() => {
    class M extends ReadableStream {
      constructor() {
        super({ start(c) {
          c.enqueue(1);
          c.close();
        } });
      }
      foo() {
        return 'foo';
      }
    }
    const m = new M();
    log(m.foo(), m instanceof ReadableStream, m);
    class W extends WritableStream {
    }
    log(new W());
    class Tr extends TransformStream {
    }
    log(new Tr());
    return drain(m, 'm');
  }, [
    'foo true ReadableStream { locked: false, state: \'readable\', supportsBYOB: false }',
    'WritableStream { locked: false, state: \'writable\' }',
    'TransformStream {\n  readable: ReadableStream { locked: false, state: \'readable\', supportsBYOB: false },\n  writable: WritableStream { locked: false, state: \'writable\' },\n  backpressure: true\n}',
    'm { value: 1, done: false }', 'm { done: true, value: undefined }',
  ]],
  'options are read in order': [() => {
    const s = (n, v) => ({ get size() {
      log(n, 'size');
      return v;
    }, get highWaterMark() {
      log(n, 'hwm');
    } });
    new ReadableStream({ get type() {
      log('type');
    }, get start() {
      log('start');
    }, get pull() {
      log('pull');
    }, get cancel() {
      log('cancel');
    } }, s('r'));
    new WritableStream({ get type() {
      log('type');
    }, get start() {
      log('start');
    }, get write() {
      log('write');
    }, get close() {
      log('close');
    }, get abort() {
      log('abort');
    } }, s('w'));
    new TransformStream({ get start() {
      log('start');
    }, get transform() {
      log('transform');
    }, get flush() {
      log('flush');
    }, get cancel() {
      log('cancel');
    }, get readableType() {
      log('rt');
    }, get writableType() {
      log('wt');
    } }, s('w'), s('r'));
  }, [
    'r size', 'r hwm', 'type', 'start', 'pull', 'cancel', 'type', 'w size', 'w hwm', 'start', 'write',
    'close', 'abort', 'rt', 'wt', 'start', 'r hwm', 'r size', 'w hwm', 'w size', 'transform', 'flush',
    'cancel',
  ]]
});
