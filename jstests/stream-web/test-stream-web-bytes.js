'use strict';
const { log, outcome, ticks, stories } = require('./stories');
const { ReadableStream, ByteLengthQueuingStrategy } = require('stream/web');

stories({
  'reads into memory, then ordinary ones': [async () => {
    ticks();
    const rs = new ReadableStream({ type: 'bytes', start(c) {
      c.enqueue(new Uint8Array([1, 2, 3]));
    }, pull(c) {
      log('pull', c.byobRequest, c.desiredSize);
      if (c.byobRequest) {
        new Uint8Array(c.byobRequest.view.buffer)[0] = 9;
        c.byobRequest.respond(1);
      } else {
        c.enqueue(new Uint8Array([7]));
      }
    } });
    const r = rs.getReader({ mode: 'byob' });
    log(await r.read(new Uint8Array(2)));
    log(await r.read(new Uint8Array(2)));
    log(await r.read(new Uint8Array(2)));
    log(r);
    r.releaseLock();
    const d = rs.getReader();
    log(await d.read());
    await d.cancel('x');
    log(rs);
  }, [
    '-', '-', '-', '-', '{ value: Uint8Array(2) [ 1, 2 ], done: false }', '-', '-', '-',
    '{ value: Uint8Array(1) [ 3 ], done: false }',
    'pull ReadableStreamBYOBRequest {\n  view: Uint8Array(2) [ 0, 0 ],\n  controller: ReadableByteStreamController {}\n} 0',
    '-', '-', '-', '{ value: Uint8Array(1) [ 9 ], done: false }',
    'ReadableStreamBYOBReader {\n  stream: ReadableStream { locked: true, state: \'readable\', supportsBYOB: true },\n  readIntoRequests: 0,\n  close: Promise { <pending> }\n}',
    'pull null 0', '-', '{ value: Uint8Array(1) [ 7 ], done: false }', '-', '-',
    'ReadableStream { locked: true, state: \'closed\', supportsBYOB: true }',
  ]],
  'a read waits for min elements': [async () => {
    let i = 0;
    const rs = new ReadableStream({ type: 'bytes', pull(c) {
      c.enqueue(new Uint8Array([i++, i++, i++]));
    } });
    const r = rs.getReader({ mode: 'byob' });
    log(await r.read(new Uint8Array(10), { min: 7 }));
    log(await r.read(new Uint16Array(4), { min: 3 }));
    log(await r.read(new DataView(new ArrayBuffer(3))));
  }, [
    '{\n  value: Uint8Array(9) [\n    0, 1, 2, 3, 4,\n    5, 6, 7, 8\n  ],\n  done: false\n}',
    '{ value: Uint16Array(3) [ 2569, 3083, 3597 ], done: false }',
    '{\n  value: DataView {\n    byteLength: 3,\n    byteOffset: 0,\n    buffer: ArrayBuffer { [Uint8Contents]: <0f 10 11>, byteLength: 3 }\n  },\n  done: false\n}',
  ]],
  'autoAllocateChunkSize gives the source memory': [async () => {
    const rs = new ReadableStream({ type: 'bytes', autoAllocateChunkSize: 8, pull(c) {
      log(c.byobRequest.view);
      c.byobRequest.view[0] = 5;
      c.byobRequest.respond(3);
    } });
    const d = rs.getReader();
    log(await d.read());
  }, [
    'Uint8Array(8) [\n  0, 0, 0, 0,\n  0, 0, 0, 0\n]', '{ value: Uint8Array(3) [ 5, 0, 0 ], done: false }',
  ]],
  'allocated memory need not be used': [() => {
    let C;
    const r = new ReadableStream({ type: 'bytes', autoAllocateChunkSize: 4, start(c) {
      C = c;
    }, pull(c) {
      log('pull', c.byobRequest.view.byteLength);
    } });
    const d = r.getReader();
    const p = outcome('d', d.read());
    return (async () => {
      await 0;
      await 0;
      await 0;
      C.enqueue(new Uint8Array([5]));
      await p;
      log(C.byobRequest);
    })();
  }, [
    'pull 4', 'd { value: Uint8Array(1) [ 5 ], done: false }', 'null',
  ]],
  'chunks of all kinds of views': [() => {
    let C;
    const r = new ReadableStream({ type: 'bytes', start(c) {
      C = c;
      c.enqueue(new Uint8Array([1, 2]));
      c.enqueue(new Uint16Array([1027]));
      log(c.desiredSize);
    } }, { highWaterMark: 10 });
    return (async () => {
      const b = r.getReader({ mode: 'byob' });
      log(await b.read(new Uint8Array(3)));
      b.releaseLock();
      const d = r.getReader();
      log(await d.read());
      C.enqueue(new DataView(new ArrayBuffer(2)));
      log(await d.read());
      C.enqueue(Buffer.from(new Uint8Array([122, 122]).buffer));
      const x = await d.read();
      log(x.value.constructor.name, x.value);
      C.close();
      log(await d.read());
    })();
  }, [
    '6', '{ value: Uint8Array(3) [ 1, 2, 3 ], done: false }', '{ value: Uint8Array(1) [ 4 ], done: false }',
    '{ value: Uint8Array(2) [ 0, 0 ], done: false }', 'Uint8Array Uint8Array(2) [ 122, 122 ]',
    '{ value: undefined, done: true }',
  ]],
  'buffers change hands': [() => {
    const u = new Uint8Array([1, 2, 3]);
    const v = new Uint8Array(4);
    const r = new ReadableStream({ type: 'bytes', start(c) {
      c.enqueue(u);
    } });
    log(u.byteLength, u.buffer.byteLength);
    const b = r.getReader({ mode: 'byob' });
    const p = b.read(v);
    log(v.byteLength);
    return outcome('r', p);
  }, [
    '0 0', '0', 'r { value: Uint8Array(3) [ 1, 2, 3 ], done: false }',
  ]],
  'elements of two bytes': [() => {
    const r = new ReadableStream({ type: 'bytes', start(c) {
      c.enqueue(new Uint8Array([1, 0, 2, 0, 3]));
    } });
    const b = r.getReader({ mode: 'byob' });
    return (async () => {
      log(await b.read(new Uint16Array(4)));
      const p = b.read(new Uint8Array(4));
      log(await p);
    })();
  }, [
    '{ value: Uint16Array(2) [ 1, 2 ], done: false }', '{ value: Uint8Array(1) [ 3 ], done: false }',
  ]],
  'a view in the middle of its buffer': [() => {
    const r = new ReadableStream({ type: 'bytes', start(c) {
      c.enqueue(new Uint8Array([9, 8, 7]).subarray(1));
    } });
    const b = r.getReader({ mode: 'byob' });
    return outcome('r', b.read(new Uint8Array(new ArrayBuffer(8), 2, 4))).then(() => 0);
  }, [
    'r { value: Uint8Array(2) [ 8, 7 ], done: false }',
  ]],
  'a Buffer stays one': [() => {
    const r = new ReadableStream({ type: 'bytes', start(c) {
      c.enqueue(new Uint8Array([65, 66]));
    } });
    const b = r.getReader({ mode: 'byob' });
    return b.read(Buffer.from(new ArrayBuffer(4))).then((x) => log(x, Buffer.isBuffer(x.value)));
  }, [
    '{ value: <Buffer 41 42>, done: false } true',
  ]],
  'many reads wait': [() => {
    let C;
    const r = new ReadableStream({ type: 'bytes', start(c) {
      C = c;
    } });
    const b = r.getReader({ mode: 'byob' });
    const all = [outcome('1', b.read(new Uint8Array(2))), outcome('2', b.read(new Uint8Array(2))), outcome('3', b.read(new Uint8Array(2)))];
    C.enqueue(new Uint8Array([1, 2, 3]));
    log(C.byobRequest);
    C.close();
    C.byobRequest.respond(0);
    return Promise.all(all);
  }, [
    'ReadableStreamBYOBRequest {\n  view: Uint8Array(2) [ 0, 0 ],\n  controller: ReadableByteStreamController {}\n}',
    '1 { value: Uint8Array(2) [ 1, 2 ], done: false }', '2 { value: Uint8Array(1) [ 3 ], done: false }',
    '3 { value: Uint8Array(0) [], done: true }',
  ]],
  'respondWithNewView': [() => {
    let C;
    const r = new ReadableStream({ type: 'bytes', start(c) {
      C = c;
    } });
    const b = r.getReader({ mode: 'byob' });
    const p = outcome('r', b.read(new Uint8Array(4)));
    const q = C.byobRequest;
    const v = q.view;
    const nv = new Uint8Array(v.buffer, v.byteOffset, 2);
    nv[0] = 7;
    q.respondWithNewView(nv);
    log(v.byteLength, q.view);
    return p;
  }, [
    '0 null', 'r { value: Uint8Array(2) [ 7, 0 ], done: false }',
  ]],
  'the end in the middle of an element, from the queue': [() => {
    let C;
    const r = new ReadableStream({ type: 'bytes', start(c) {
      C = c;
    } });
    const b = r.getReader({ mode: 'byob' });
    const p = outcome('r', b.read(new Uint16Array(2)));
    outcome('closed', b.closed);
    C.enqueue(new Uint8Array([1]));
    try {
      C.close();
      log('closed ok');
    } catch (e) {
      log(e.message);
    }
    log(C.byobRequest);
    return p;
  }, [
    'Invalid state: Partial read', 'null', 'closed TypeError: Invalid state: Partial read',
    'r TypeError: Invalid state: Partial read',
  ]],
  'the end in the middle of an element': [() => {
    let C;
    const r = new ReadableStream({ type: 'bytes', start(c) {
      C = c;
    } });
    const b = r.getReader({ mode: 'byob' });
    const p = outcome('r', b.read(new Uint16Array(2)));
    outcome('closed', b.closed);
    C.byobRequest.respond(1);
    try {
      C.close();
      log('closed ok');
    } catch (e) {
      log(e.message);
    }
    return p;
  }, [
    'Invalid state: Partial read', 'closed TypeError: Invalid state: Partial read',
    'r TypeError: Invalid state: Partial read',
  ]],
  'the high water mark counts bytes': [() => {
    let C;
    const r = new ReadableStream({ type: 'bytes', start(c) {
      C = c;
    }, pull(c) {
      log('pull', c.desiredSize);
      c.enqueue(new Uint8Array(3));
    } }, { highWaterMark: 5 });
    return Promise.resolve().then(() => 0).then(() => 0).then(() => 0).then(() => 0).then(() => log(C.desiredSize));
  }, [
    'pull 5', 'pull 2', '-1',
  ]],
  'the end before min': [() => {
    let C;
    const r = new ReadableStream({ type: 'bytes', start(c) {
      C = c;
    } });
    const b = r.getReader({ mode: 'byob' });
    const p = outcome('r', b.read(new Uint8Array(4), { min: 3 }));
    C.enqueue(new Uint8Array([1]));
    C.close();
    try {
      C.byobRequest.respond(0);
    } catch (e) {
      log(e.message);
    }
    return p;
  }, [
    'r { value: Uint8Array(1) [ 1 ], done: true }',
  ]],
  'a read of a closed stream': [() => {
    const r = new ReadableStream({ type: 'bytes', start(c) {
      c.close();
    } });
    const b = r.getReader({ mode: 'byob' });
    return outcome('r', b.read(new Uint16Array(2)));
  }, [
    'r { value: Uint16Array(0) [], done: true }',
  ]],
  'a read of a broken stream': [() => {
    const r = new ReadableStream({ type: 'bytes', start(c) {
      c.error('E');
    } });
    const b = r.getReader({ mode: 'byob' });
    return outcome('r', b.read(new Uint16Array(2)));
  }, [
    'r E',
  ]],
  'respond(0) at the end': [async () => {
    const rs = new ReadableStream({ type: 'bytes', pull(c) {
      c.close();
      c.byobRequest.respond(0);
    } });
    const d = rs.getReader({ mode: 'byob' });
    log(await d.read(new Uint8Array(4)));
  }, [
    '{ value: Uint8Array(0) [], done: true }',
  ]],
  'cancel with a read that waits': [async () => {
    const rs = new ReadableStream({ type: 'bytes' });
    const d = rs.getReader({ mode: 'byob' });
    const p = d.read(new Uint8Array(4));
    await d.cancel();
    log(await p);
  }, [
    '{ value: undefined, done: true }',
  ]],
  'a read whose reader went': [async () => {
    let C;
    const rs = new ReadableStream({ type: 'bytes', start(c) {
      C = c;
    } });
    const d = rs.getReader({ mode: 'byob' });
    const p = d.read(new Uint8Array(4));
    p.catch((e) => log(e.message));
    log(C.byobRequest);
    d.releaseLock();
    await 0;
    C.enqueue(new Uint8Array([1, 2]));
    log(await rs.getReader().read());
  }, [
    'ReadableStreamBYOBRequest {\n  view: Uint8Array(4) [ 0, 0, 0, 0 ],\n  controller: ReadableByteStreamController {}\n}',
    '{ value: Uint8Array(2) [ 1, 2 ], done: false }', 'Invalid state: Releasing reader',
  ]],
  'memory of a reader that went goes to the next': [() => {
    let C;
    const r = new ReadableStream({ type: 'bytes', start(c) {
      C = c;
    } });
    return (async () => {
      const b = r.getReader({ mode: 'byob' });
      outcome('1', b.read(new Uint8Array(4)));
      const q = C.byobRequest;
      b.releaseLock();
      await 0;
      const d = r.getReader({ mode: 'byob' });
      const p = outcome('2', d.read(new Uint8Array(3)));
      q.view[0] = 1;
      q.view[1] = 2;
      q.respond(2);
      await p;
      log(r);
    })();
  }, [
    '1 TypeError: Invalid state: Releasing reader', '2 { value: Uint8Array(2) [ 1, 2 ], done: false }',
    'ReadableStream { locked: true, state: \'readable\', supportsBYOB: true }',
  ]],
  'reads look at their arguments': [async () => {
    const rs = new ReadableStream({ type: 'bytes' });
    const r = rs.getReader({ mode: 'byob' });
    for (const a of [[], [5], [new Uint8Array(0)], [new Uint8Array(2), { min: 0 }], [new Uint8Array(2), { min: 3 }], [new Uint8Array(2), { min: 1.5 }], [new Uint8Array(2), { min: '1' }], [new DataView(new ArrayBuffer(2)), { min: 3 }], [new Uint8Array(2), 5]]) await r.read(...a).catch((e) => log(e.name, e.code, e.message));
  }, [
    'TypeError ERR_INVALID_ARG_TYPE The "view" argument must be an instance of Buffer, TypedArray, or DataView. Received undefined',
    'TypeError ERR_INVALID_ARG_TYPE The "view" argument must be an instance of Buffer, TypedArray, or DataView. Received type number (5)',
    'TypeError ERR_INVALID_STATE Invalid state: View or Viewed ArrayBuffer is zero-length or detached',
    'TypeError ERR_INVALID_ARG_VALUE The property \'options.min\' must be greater than 0. Received 0',
    'RangeError ERR_OUT_OF_RANGE The value of "options.min" is out of range. It must be <= view.length. Received 3',
    'TypeError ERR_INVALID_ARG_VALUE The property \'options.min\' must be an integer. Received 1.5',
    'TypeError ERR_INVALID_ARG_TYPE The "options.min" property must be of type number. Received type string (\'1\')',
    'RangeError ERR_OUT_OF_RANGE The value of "options.min" is out of range. It must be <= view.byteLength. Received 3',
    'TypeError ERR_INVALID_ARG_TYPE The "options" argument must be of type object. Received type number (5)',
  ]],
  'byte streams have no size function': [() => {
    try {
      new ReadableStream({ type: 'bytes' }, new ByteLengthQueuingStrategy({ highWaterMark: 1 }));
    } catch (e) {
      log(e.name, e.message);
    }
    log(new ReadableStream({ type: 'bytes' }, { highWaterMark: 1 }));
  }, [
    'RangeError The property \'strategy.size\' is invalid. Received [Function: size]',
    'ReadableStream { locked: false, state: \'readable\', supportsBYOB: true }',
  ]]
});
