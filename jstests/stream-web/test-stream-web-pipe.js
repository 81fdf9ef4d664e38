'use strict';
const { log, outcome, ticks, drain, stories } = require('./stories');
const { ReadableStream, WritableStream, TransformStream } = require('stream/web');

stories({
  'pipeTo moves chunks and closes': [() => {
    ticks();
    const rs = new ReadableStream({ start(c) {
      c.enqueue('a');
      c.enqueue('b');
      c.close();
    } });
    const ws = new WritableStream({ write(c) {
      log('write', c);
    }, close() {
      log('close');
    } });
    return rs.pipeTo(ws).then((v) => log('piped', v, rs, ws));
  }, [
    '-', '-', 'write a', '-', '-', '-', '-', 'write b', '-', '-', '-', 'close', '-', '-', '-',
    'piped undefined ReadableStream { locked: false, state: \'closed\', supportsBYOB: false } WritableStream { locked: false, state: \'closed\' }',
  ]],
  'pipeTo in promise jobs': [() => {
    ticks();
    return outcome('p', new ReadableStream({ start(c) {
      c.enqueue(1);
      c.enqueue(2);
      c.enqueue(3);
      c.close();
    } }).pipeTo(new WritableStream({ write(c) {
      log('w', c);
    } }, { highWaterMark: 5 })));
  }, [
    '-', '-', 'w 1', '-', '-', '-', '-', 'w 2', '-', '-', '-', '-', 'w 3', '-', '-', '-', '-', '-', '-',
    'p undefined',
  ]],
  'pipeTo heeds back-pressure': [() => {
    const w = new WritableStream({ write(c) {
      log('write', c);
      return new Promise((r2) => setImmediate(r2));
    } }, { highWaterMark: 1 });
    let i = 0;
    const r = new ReadableStream({ pull(c) {
      log('pull', i);
      if (i < 3) c.enqueue(i++);
      else c.close();
    } }, { highWaterMark: 0 });
    return outcome('p', r.pipeTo(w));
  }, [
    'pull 0', 'write 0', 'pull 1', 'write 1', 'pull 2', 'write 2', 'pull 3', 'p undefined',
  ]],
  'an error of the source aborts the destination': [async () => {
    const rs = new ReadableStream({ start(c) {
      c.enqueue('a');
    }, pull(c) {
      throw new Error('bad');
    } });
    const ws = new WritableStream({ write(c) {
      log('write', c);
    }, abort(e) {
      log('abort', e.message);
    } });
    await rs.pipeTo(ws).catch((e) => log('piped', e.message));
    log(rs, ws);
  }, [
    'write a', 'abort bad', 'piped bad',
    'ReadableStream { locked: false, state: \'errored\', supportsBYOB: false } WritableStream { locked: false, state: \'errored\' }',
  ]],
  'an error of the destination cancels the source': [async () => {
    const rs = new ReadableStream({ start(c) {
      c.enqueue('a');
    }, cancel(e) {
      log('cancel', e.message);
    } });
    const ws = new WritableStream({ write(c) {
      throw new Error('w');
    } });
    await rs.pipeTo(ws).catch((e) => log('piped', e.message));
    log(rs, ws);
  }, [
    'cancel w', 'piped w',
    'ReadableStream { locked: false, state: \'closed\', supportsBYOB: false } WritableStream { locked: false, state: \'errored\' }',
  ]],
  'pipeTo rejects as close does': [() => {
    return outcome('p', new ReadableStream({ start(c) {
      c.close();
    } }).pipeTo(new WritableStream({ close() {
      throw new Error('CE');
    } })));
  }, [
    'p Error: CE',
  ]],
  'pipeTo rejects as the last write does': [() => {
    return outcome('p', new ReadableStream({ start(c) {
      c.enqueue(1);
      c.close();
    } }).pipeTo(new WritableStream({ write() {
      throw new Error('WE');
    } })));
  }, [
    'p Error: WE',
  ]],
  'a signal aborts both ends': [async () => {
    const ac = new AbortController();
    const rs = new ReadableStream({ start(c) {
      c.enqueue('a');
    }, cancel(e) {
      log('cancel', e.name, e.message);
    } });
    const ws = new WritableStream({ write(c) {
      log('write');
    }, abort(e) {
      log('abort', e.name);
    } });
    const p = rs.pipeTo(ws, { signal: ac.signal });
    await 0;
    await 0;
    ac.abort();
    await p.catch((e) => log('piped', e.name, e.message));
    log(rs, ws);
  }, [
    'write', 'abort AbortError', 'cancel AbortError This operation was aborted',
    'piped AbortError This operation was aborted',
    'ReadableStream { locked: false, state: \'closed\', supportsBYOB: false } WritableStream { locked: false, state: \'errored\' }',
  ]],
  'a signal that has aborted': [() => {
    const ac = new AbortController();
    ac.abort(new Error('R'));
    const r = new ReadableStream({ cancel(e) {
      log('cancel', e.message);
    } });
    const w = new WritableStream({ abort(e) {
      log('abort', e.message);
    } });
    return outcome('p', r.pipeTo(w, { signal: ac.signal })).then(() => log(r, w));
  }, [
    'abort R', 'cancel R', 'p Error: R',
    'ReadableStream { locked: false, state: \'closed\', supportsBYOB: false } WritableStream { locked: false, state: \'errored\' }',
  ]],
  'a signal with both ends kept': [() => {
    const ac = new AbortController();
    const r = new ReadableStream({ cancel(e) {
      log('cancel', e.message);
    } });
    const w = new WritableStream({ abort(e) {
      log('abort', e.message);
    } });
    const p = outcome('p', r.pipeTo(w, { signal: ac.signal, preventAbort: true, preventCancel: true }));
    ac.abort('x');
    return p.then(() => log(r, w));
  }, [
    'p x',
    'ReadableStream { locked: false, state: \'readable\', supportsBYOB: false } WritableStream { locked: false, state: \'writable\' }',
  ]],
  'a signal with ends that fail': [() => {
    const ac = new AbortController();
    const r = new ReadableStream({ cancel(e) {
      throw new Error('ce');
    } });
    const w = new WritableStream({ abort(e) {
      throw new Error('ae');
    } });
    const p = outcome('p', r.pipeTo(w, { signal: ac.signal }));
    ac.abort('x');
    return p.then(() => log(r, w));
  }, [
    'p Error: ae',
    'ReadableStream { locked: false, state: \'closed\', supportsBYOB: false } WritableStream { locked: false, state: \'errored\' }',
  ]],
  'preventClose, preventAbort, preventCancel': [() => {
    const mk = (o) => new ReadableStream({ start(c) {
      if (o) c.error(new Error('src'));
      else {
        c.enqueue('a');
        c.close();
      }
    }, cancel(e) {
      log('cancel', e.message);
    } });
    const ws = () => new WritableStream({ write(c) {
      log('write', c);
    }, close() {
      log('close');
    }, abort(e) {
      log('abort', e.message);
    } });
    return (async () => {
      let w = ws();
      await outcome('pc', mk().pipeTo(w, { preventClose: true }));
      log(w);
      w = ws();
      await outcome('pa', mk(1).pipeTo(w, { preventAbort: true }));
      log(w);
      w = ws();
      await outcome('noa', mk(1).pipeTo(w));
      log(w);
      const bad = new WritableStream({ start(c) {
        c.error(new Error('dst'));
      } });
      let r = new ReadableStream({ cancel(e) {
        log('cancel', e);
      } });
      await outcome('pcan', r.pipeTo(bad, { preventCancel: true }));
      log(r);
      const done = ws();
      await done.close();
      r = new ReadableStream({ cancel(e) {
        log('cancel', e.message);
      } });
      await outcome('closed', r.pipeTo(done));
      log(r);
      r = new ReadableStream({});
      await outcome('closedp', r.pipeTo(done, { preventCancel: true }));
      log(r);
    })();
  }, [
    'write a', 'pc undefined', 'WritableStream { locked: false, state: \'writable\' }', 'pa Error: src',
    'WritableStream { locked: false, state: \'writable\' }', 'abort src', 'noa Error: src',
    'WritableStream { locked: false, state: \'errored\' }', 'pcan Error: dst',
    'ReadableStream { locked: false, state: \'readable\', supportsBYOB: false }', 'close',
    'cancel Invalid state: Destination WritableStream is closed',
    'closed TypeError: Invalid state: Destination WritableStream is closed',
    'ReadableStream { locked: false, state: \'closed\', supportsBYOB: false }',
    'closedp TypeError: Invalid state: Destination WritableStream is closed',
    'ReadableStream { locked: false, state: \'readable\', supportsBYOB: false }',
  ]],
  'the options are read in order': [() => {
    const o = { get preventAbort() {
      log('pa');
    }, get preventCancel() {
      log('pca');
    }, get preventClose() {
      log('pcl');
    }, get signal() {
      log('sig');
    } };
    return outcome('p', new ReadableStream({ start(c) {
      c.close();
    } }).pipeTo(new WritableStream(), o));
  }, [
    'pa', 'pca', 'pcl', 'sig', 'p undefined',
  ]],
  'pipeThrough looks at its arguments': [() => {
    const r = new ReadableStream({ start(c) {
      c.enqueue(1);
      c.close();
    } });
    try {
      r.pipeThrough({ readable: 1, writable: 2 });
    } catch (e) {
      log(e.message);
    }
    try {
      r.pipeThrough(new TransformStream(), { signal: 3 });
    } catch (e) {
      log(e.message);
    }
    try {
      r.pipeThrough(new TransformStream(), 3);
    } catch (e) {
      log(e.message);
    }
    log(r.locked);
    const o = r.pipeThrough(new TransformStream());
    log(o, r);
    return drain(o, 'o');
  }, [
    'The "transform.readable" property must be an instance of ReadableStream. Received type number (1)',
    'The "options.signal" property must be an instance of AbortSignal. Received type number (3)',
    'The "options" argument must be of type object. Received type number (3)', 'false',
    'ReadableStream { locked: false, state: \'readable\', supportsBYOB: false } ReadableStream { locked: true, state: \'readable\', supportsBYOB: false }',
    'o { value: 1, done: false }', 'o { done: true, value: undefined }',
  ]],
  'pipeThrough passes errors': [() => {
    const r = new ReadableStream({ start(c) {
      c.error(new Error('E'));
    } });
    return outcome('x', drain(r.pipeThrough(new TransformStream()), 'o'));
  }, [
    'x Error: E',
  ]]
});
