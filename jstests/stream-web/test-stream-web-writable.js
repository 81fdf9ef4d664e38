'use strict';
const { log, outcome, ticks, stories } = require('./stories');
const { WritableStream } = require('stream/web');

stories({
  'a sink is called as an object': [() => {
    const k = { start(c) {
      log(this === k, arguments.length);
    }, write(c, x) {
      log(this === k, arguments.length, x.constructor.name);
    }, close() {
      log(this === k, arguments.length);
    } };
    const w = new WritableStream(k).getWriter();
    w.write('a');
    return w.close();
  }, [
    'true 1', 'true 2 WritableStreamDefaultController', 'true 0',
  ]],
  'writes go to the sink one after the other': [() => {
    ticks();
    const ws = new WritableStream({ start() {
      log('start');
    }, write(c, ct) {
      log('write', c, ct.signal.aborted);
    }, close() {
      log('close');
    } }, { highWaterMark: 2 });
    const w = ws.getWriter();
    log(w.desiredSize);
    w.ready.then(() => log('ready'));
    w.write(1).then(() => log('w1'));
    w.write(2).then(() => log('w2'));
    log(w.desiredSize);
    w.ready.then(() => log('ready2'));
    w.closed.then(() => log('closed'));
    return w.close().then(() => log('close done'));
  }, [
    '-', 'start', '2', '0', '-', 'write 1 false', 'ready', 'ready2', '-', 'write 2 false', '-', 'w1', 'close',
    '-', 'w2', '-', 'close done', 'closed',
  ]],
  'ready tells of back-pressure': [() => {
    ticks();
    let res;
    const w = new WritableStream({ write() {
      return new Promise((r) => res = r);
    } }).getWriter();
    outcome('ready0', w.ready);
    outcome('w1', w.write(1));
    log(w.desiredSize);
    outcome('ready1', w.ready);
    return (async () => {
      for (let i = 0; i < 5; i++) await 0;
      res();
      for (let i = 0; i < 6; i++) await 0;
      log(w.desiredSize);
    })();
  }, [
    '-', '0', '-', 'ready0 undefined', '-', '-', '-', '-', '-', '-', '-', 'w1 undefined', 'ready1 undefined',
    '-', '-', '-', '1',
  ]],
  'writes wait for start': [() => {
    ticks();
    let res;
    const w = new WritableStream({ start() {
      return new Promise((r) => res = r);
    }, write(c) {
      log('write', c);
    }, close() {
      log('close');
    } }).getWriter();
    outcome('w', w.write(1));
    outcome('c', w.close());
    outcome('closed', w.closed);
    return (async () => {
      await 0;
      await 0;
      log('go');
      res();
      for (let i = 0; i < 9; i++) await 0;
    })();
  }, [
    '-', '-', '-', 'go', '-', '-', 'write 1', '-', 'close', '-', 'w undefined', '-', 'c undefined',
    'closed undefined',
  ]],
  'a failed write breaks the stream': [() => {
    ticks();
    const w = new WritableStream({ write() {
      throw new Error('we');
    } }).getWriter();
    return Promise.all([outcome('w1', w.write(1)), outcome('w2', w.write(2)), outcome('close', w.close()), outcome('closed', w.closed), outcome('ready', w.ready)]);
  }, [
    '-', '-', 'ready undefined', '-', '-', 'w1 Error: we', 'w2 Error: we', 'close Error: we',
    'closed Error: we',
  ]],
  'the controller breaks the stream': [() => {
    let C;
    const w = new WritableStream({ start(c) {
      C = c;
    }, write() {
      log('write');
    } }).getWriter();
    outcome('w1', w.write(1));
    C.error('ce');
    outcome('ready', w.ready);
    log(w.desiredSize);
    return Promise.all([outcome('w2', w.write(2)), outcome('closed', w.closed), outcome('close', w.close()), outcome('abort', w.abort())]);
  }, [
    'null', 'ready ce', 'w2 ce', 'w1 ce', 'abort ce', 'close ce', 'closed ce',
  ]],
  'a failed close': [async () => {
    const ws = new WritableStream({ close() {
      throw 'CE';
    } });
    const w = ws.getWriter();
    w.closed.catch((e) => log('closed', e));
    await w.close().catch((e) => log('close', e));
    log(ws);
    await w.close().catch((e) => log(e.message));
  }, [
    'close CE', 'closed CE', 'WritableStream { locked: true, state: \'errored\' }',
    'Invalid state: WritableStream is closed',
  ]],
  'a closed stream refuses': [() => {
    const ws = new WritableStream({ close() {
      log('close');
    } });
    const w = ws.getWriter();
    const p = w.close();
    return Promise.all([outcome('1', p), outcome('2', w.close()), outcome('w', w.write(1)), outcome('closed', w.closed)]).then(() => {
      log(ws, w.desiredSize);
      return Promise.all([outcome('3', w.close()), outcome('a', w.abort())]);
    });
  }, [
    'close', '2 TypeError: Invalid state: Failure to close WritableStream',
    'w TypeError: Invalid state: WritableStream is closed', '1 undefined', 'closed undefined',
    'WritableStream { locked: true, state: \'closed\' } 0',
    '3 TypeError: Invalid state: WritableStream is closed', 'a undefined',
  ]],
  'abort tells the signal and waits for the write': [async () => {
    ticks();
    const ws = new WritableStream({ write(c, ct) {
      log('write', c);
      return new Promise((r) => ct.signal.addEventListener('abort', () => {
        log('aborted', ct.signal.reason);
        r();
      }));
    }, abort(r) {
      log('abort', r);
    } });
    const w = ws.getWriter();
    w.write(1).then(() => log('w1'), (e) => log('w1', e));
    w.write(2).then(() => log('w2'), (e) => log('w2', e));
    w.closed.catch((e) => log('closed', e));
    await 0;
    await 0;
    await 0;
    await w.abort('R').then(() => log('abort done'));
    log(ws);
  }, [
    '-', '-', 'write 1', '-', '-', 'aborted R', '-', '-', 'abort R', '-', 'w1', 'w2 R', '-', 'abort done',
    'closed R', '-', 'WritableStream { locked: true, state: \'errored\' }',
  ]],
  'a failed abort': [async () => {
    const ws = new WritableStream({ abort() {
      throw 'AE';
    } });
    const w = ws.getWriter();
    w.closed.catch((e) => log('closed', e));
    await w.abort('r').catch((e) => log('abort', e));
    log(ws);
    await w.abort().then(() => log('again'));
  }, [
    'abort AE', 'closed r', 'WritableStream { locked: true, state: \'errored\' }', 'again',
  ]],
  'a second abort joins the first': [async () => {
    const ws = new WritableStream({ write() {
      return new Promise(() => {
      });
    } });
    const w = ws.getWriter();
    w.write(1);
    await 0;
    await 0;
    const a = w.abort('1'), b = w.abort('2');
    log(a === b, ws);
    w.write(2).catch((e) => log(e));
    w.ready.catch((e) => log('ready', e));
  }, [
    'true WritableStream { locked: true, state: \'erroring\' }', '1', 'ready 1',
  ]],
  'abort drops what waits': [() => {
    let res;
    const ws = new WritableStream({ write(c) {
      log('write', c);
      return new Promise((r) => res = r);
    }, abort(x) {
      log('abort', x);
    } });
    const w = ws.getWriter();
    outcome('w1', w.write(1));
    outcome('w2', w.write(2));
    return (async () => {
      for (let i = 0; i < 4; i++) await 0;
      outcome('abort', w.abort('x'));
      for (let i = 0; i < 4; i++) await 0;
      log('release', ws);
      res();
      for (let i = 0; i < 8; i++) await 0;
      log(ws);
    })();
  }, [
    'write 1', 'release WritableStream { locked: true, state: \'erroring\' }', 'abort x', 'w1 undefined',
    'w2 x', 'abort undefined', 'WritableStream { locked: true, state: \'errored\' }',
  ]],
  'abort while the sink closes': [() => {
    ticks();
    let res;
    const ws = new WritableStream({ close() {
      log('close');
      return new Promise((r) => res = r);
    }, abort() {
      log('abort');
    } });
    const w = ws.getWriter();
    outcome('close', w.close());
    return (async () => {
      for (let i = 0; i < 4; i++) await 0;
      outcome('abort', w.abort('x'));
      outcome('closed', w.closed);
      outcome('ready', w.ready);
      log(ws);
      res();
      for (let i = 0; i < 6; i++) await 0;
      log(ws);
    })();
  }, [
    '-', '-', 'close', '-', '-', '-', 'WritableStream { locked: true, state: \'erroring\' }', '-', 'ready x',
    '-', '-', 'close undefined', 'abort undefined', 'closed undefined', '-', '-', '-',
    'WritableStream { locked: true, state: \'closed\' }',
  ]],
  'abort while the sink fails to close': [() => {
    let rej;
    const ws = new WritableStream({ close() {
      return new Promise((a, r) => rej = r);
    }, abort() {
      log('abort');
    } });
    const w = ws.getWriter();
    outcome('close', w.close());
    return (async () => {
      for (let i = 0; i < 4; i++) await 0;
      outcome('abort', w.abort('x'));
      outcome('closed', w.closed);
      rej('ce');
      for (let i = 0; i < 6; i++) await 0;
      log(ws);
    })();
  }, [
    'close ce', 'abort ce', 'closed x', 'WritableStream { locked: true, state: \'errored\' }',
  ]],
  'abort waits for start': [() => {
    let res;
    const ws = new WritableStream({ start() {
      return new Promise((r) => res = r);
    }, abort(x) {
      log('abort', x);
    } });
    const w = ws.getWriter();
    outcome('w', w.write(1));
    outcome('abort', w.abort('x'));
    outcome('abort2', w.abort('y'));
    outcome('closed', w.closed);
    log(ws);
    return (async () => {
      await 0;
      res();
      for (let i = 0; i < 8; i++) await 0;
      log(ws);
    })();
  }, [
    'WritableStream { locked: true, state: \'erroring\' }', 'abort x', 'w x', 'abort undefined',
    'abort2 undefined', 'closed x', 'WritableStream { locked: true, state: \'errored\' }',
  ]],
  'abort of a stream whose start fails': [() => {
    const ws = new WritableStream({ start() {
      return Promise.reject('sr');
    }, abort(x) {
      log('abort', x);
    } });
    const w = ws.getWriter();
    return Promise.all([outcome('abort', w.abort('x')), outcome('closed', w.closed)]).then(() => log(ws));
  }, [
    'abort x', 'abort undefined', 'closed x', 'WritableStream { locked: true, state: \'errored\' }',
  ]],
  'abort after an error': [() => {
    let C;
    const ws = new WritableStream({ start(c) {
      C = c;
    }, write() {
      return new Promise(() => 0);
    } });
    const w = ws.getWriter();
    w.write(1).catch(() => 0);
    return (async () => {
      for (let i = 0; i < 4; i++) await 0;
      C.error('ce');
      outcome('abort', w.abort('x'));
      outcome('ready', w.ready);
      outcome('closed', w.closed);
      log(ws);
    })();
  }, [
    'WritableStream { locked: true, state: \'erroring\' }', 'ready ce',
  ]],
  'the signal has the reason of abort': [() => {
    let C;
    const ws = new WritableStream({ start(c) {
      C = c;
    } });
    log(C.signal.aborted);
    C.signal.addEventListener('abort', (e) => log(e.type, C.signal.reason));
    ws.abort('why');
    log(C.signal.aborted, C.signal.reason);
    let D;
    const w2 = new WritableStream({ start(c) {
      D = c;
    } });
    w2.abort();
    log(D.signal.reason.name);
    let F;
    const w3 = new WritableStream({ start(c) {
      F = c;
    } });
    F.error('e');
    log(F.signal.aborted);
  }, [
    'false', 'abort why', 'true why', 'AbortError', 'false',
  ]],
  'a writer may go while the sink writes': [() => {
    let res;
    const ws = new WritableStream({ write() {
      return new Promise((r) => res = r);
    } });
    const w = ws.getWriter();
    outcome('w', w.write(1));
    outcome('closed', w.closed);
    outcome('ready', w.ready);
    w.releaseLock();
    outcome('ready2', w.ready);
    return (async () => {
      for (let i = 0; i < 4; i++) await 0;
      const w2 = ws.getWriter();
      log(w2.desiredSize);
      res();
      for (let i = 0; i < 6; i++) await 0;
      log(w2.desiredSize);
      await w2.ready;
    })();
  }, [
    'ready TypeError: Invalid state: Writer has been released',
    'closed TypeError: Invalid state: Writer has been released',
    'ready2 TypeError: Invalid state: Writer has been released', '0', 'w undefined', '1',
  ]],
  'a size function that releases the writer': [() => {
    let w;
    const ws = new WritableStream({}, { size() {
      w.releaseLock();
      return 1;
    } });
    w = ws.getWriter();
    return outcome('w', w.write(1));
  }, [
    'w TypeError: Invalid state: Mismatched WritableStreams',
  ]],
  'a size function that aborts': [() => {
    let w;
    const ws = new WritableStream({}, { size() {
      ws2();
      return 1;
    } });
    function ws2() {
      w.abort('in size');
    }
    w = ws.getWriter();
    return outcome('w', w.write(1));
  }, [
    'w in size',
  ]]
});
