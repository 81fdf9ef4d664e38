'use strict';
const { log, outcome, ticks, drain, stories } = require('./stories');
const { ReadableStream } = require('stream/web');

stories({
  'an iterator goes through the stream': [() => {
    ticks();
    return drain(new ReadableStream({ start(c) {
      c.enqueue('a');
      c.enqueue('b');
      c.close();
    } }), 'it');
  }, [
    '-', '-', '-', '-', '-', 'it { value: \'a\', done: false }', '-', 'it { value: \'b\', done: false }', '-',
    '-', '-', '-', 'it { done: true, value: undefined }',
  ]],
  'return cancels the stream': [async () => {
    ticks();
    const rs = new ReadableStream({ start(c) {
      c.enqueue('a');
    }, cancel(r) {
      log('cancel', r);
      return Promise.resolve(5);
    } });
    const it = rs.values();
    log(await it.next());
    log(await it.return('x'));
    log(await it.next());
    log(rs.locked);
  }, [
    '-', '-', '-', '-', '-', '{ value: \'a\', done: false }', 'cancel x', '-', '-', '-', '-', '-',
    '{ done: true, value: \'x\' }', '-', '-', '-', '-', '{ done: true, value: undefined }', 'false',
  ]],
  'preventCancel leaves the stream alone': [async () => {
    const rs = new ReadableStream({ start(c) {
      c.enqueue('a');
    }, cancel(r) {
      log('cancel', r);
    } });
    const it = rs.values({ preventCancel: true });
    log(await it.next());
    log(await it.return('x'));
    log(rs.locked, rs);
  }, [
    '{ value: \'a\', done: false }', '{ done: true, value: \'x\' }',
    'false ReadableStream { locked: false, state: \'readable\', supportsBYOB: false }',
  ]],
  'an error ends the iteration and frees the stream': [() => {
    const r = new ReadableStream({ start(c) {
      c.enqueue(1);
      c.error(new Error('E'));
    } });
    const it = r.values();
    return outcome('a', it.next()).then(() => outcome('b', it.next())).then(() => log(r.locked));
  }, [
    'a Error: E', 'b { done: true, value: undefined }', 'false',
  ]],
  'calls of next wait for each other': [() => {
    ticks();
    const r = new ReadableStream({ start(c) {
      c.enqueue(1);
      c.enqueue(2);
      c.close();
    } });
    const it = r.values();
    return Promise.all([outcome('1', it.next()), outcome('2', it.next()), outcome('3', it.next()), outcome('4', it.next()), outcome('r', it.return('z'))]);
  }, [
    '-', '-', '-', '-', '-', '1 { value: 1, done: false }', '-', '-', '-', '2 { value: 2, done: false }', '-',
    '-', '-', '3 { done: true, value: undefined }', '-', '-', '-', '4 { done: true, value: undefined }', '-',
    '-', '-', 'r { done: true, value: \'z\' }',
  ]],
  'return before next': [() => {
    const r = new ReadableStream({ cancel(x) {
      log('cancel', x);
    } });
    const it = r.values();
    return Promise.all([outcome('r', it.return('z')), outcome('n', it.next())]).then(() => log(r));
  }, [
    'cancel z', 'r { done: true, value: \'z\' }', 'n { done: true, value: undefined }',
    'ReadableStream { locked: false, state: \'closed\', supportsBYOB: false }',
  ]],
  'return rejects as cancel does': [() => {
    const r = new ReadableStream({ cancel(x) {
      throw new Error('C');
    } });
    const it = r.values();
    return outcome('r', it.return('z')).then(() => outcome('n', it.next()));
  }, [
    'r Error: C', 'n { done: true, value: undefined }',
  ]],
  'an iterator is iterable': [() => {
    const it = new ReadableStream().values();
    log(typeof it.next, typeof it.return, typeof it.throw, it[Symbol.asyncIterator]() === it);
    log(ReadableStream.prototype.values === ReadableStream.prototype[Symbol.asyncIterator]);
    try {
      new ReadableStream().values(5);
    } catch (e) {
      log(e.message);
    }
  }, [
    'function function undefined true', 'true',
    'The "options" argument must be of type object. Received type number (5)',
  ]],
  'from takes promises of an iterable': [() => {
    ticks();
    return drain(ReadableStream.from(['x', Promise.resolve('y'), 'z']), 'from');
  }, [
    '-', '-', '-', '-', '-', '-', '-', 'from { value: \'x\', done: false }', '-', '-', '-', '-',
    'from { value: \'y\', done: false }', '-', '-', '-', '-', '-', 'from { value: \'z\', done: false }', '-',
    '-', '-', '-', '-', '-', 'from { done: true, value: undefined }',
  ]],
  'from takes an async iterable': [() => {
    ticks();
    let i = 0;
    return drain(ReadableStream.from({ [Symbol.asyncIterator]() {
      return { next() {
        return Promise.resolve({ done: i > 2, value: i++ });
      }, return(v) {
        log('ret', v);
        return {};
      } };
    } }), 'from');
  }, [
    '-', '-', '-', '-', '-', 'from { value: 0, done: false }', '-', '-', 'from { value: 1, done: false }',
    '-', '-', '-', 'from { value: 2, done: false }', '-', '-', '-', 'from { done: true, value: undefined }',
  ]],
  'cancel of from returns the iterator': [async () => {
    const rs = ReadableStream.from({ [Symbol.asyncIterator]() {
      return { next() {
        return Promise.resolve({ done: false, value: 1 });
      }, return(v) {
        log('ret', v);
        return {};
      } };
    } });
    const it = rs.values();
    log(await it.next());
    log(await it.return('why'));
  }, [
    '{ value: 1, done: false }', 'ret why', '{ done: true, value: \'why\' }',
  ]],
  'from takes strings, sets, streams, and passes errors': [() => {
    return (async () => {
      await drain(ReadableStream.from('ab'), 's');
      await drain(ReadableStream.from(/* @__PURE__ */ new Set([1])), 'set');
      await drain(ReadableStream.from(new ReadableStream({ start(c2) {
        c2.enqueue('rs');
        c2.close();
      } })), 'rs');
      let c = 0;
      await outcome('bad', drain(ReadableStream.from({ [Symbol.asyncIterator]: () => ({ next() {
        return 5;
      } }) }), 'x'));
      await outcome('bad2', drain(ReadableStream.from({ [Symbol.asyncIterator]: () => ({ next() {
        return Promise.resolve(5);
      } }) }), 'x'));
      await outcome('thr', drain(ReadableStream.from({ [Symbol.asyncIterator]: () => ({ next() {
        throw new Error('N');
      } }) }), 'x'));
      await outcome('rej', drain(ReadableStream.from({ [Symbol.asyncIterator]: () => ({ next() {
        return Promise.reject(new Error('R'));
      } }) }), 'x'));
      await outcome('prej', drain(ReadableStream.from([Promise.reject(new Error('PR'))]), 'x'));
    })();
  }, [
    's { value: \'a\', done: false }', 's { value: \'b\', done: false }',
    's { done: true, value: undefined }', 'set { value: 1, done: false }',
    'set { done: true, value: undefined }', 'rs { value: \'rs\', done: false }',
    'rs { done: true, value: undefined }',
    'bad TypeError: Invalid state: The iterator.next() method must return an object',
    'bad2 TypeError: Invalid state: The promise returned by the iterator.next() method must fulfill with an object',
    'thr Error: N', 'rej Error: R', 'prej Error: PR',
  ]],
  'cancel of from passes what return does': [() => {
    const mk = (ret) => ReadableStream.from({ [Symbol.asyncIterator]: () => ({ next() {
      return Promise.resolve({ done: false, value: 1 });
    }, return: ret }) });
    return (async () => {
      await outcome('none', mk(void 0).cancel('c'));
      await outcome('ok', mk((v) => {
        log('ret', v);
        return {};
      }).cancel('c'));
      await outcome('prim', mk(() => 5).cancel());
      await outcome('thr', mk(() => {
        throw new Error('T');
      }).cancel());
      await outcome('rej', mk(() => Promise.reject(new Error('R'))).cancel());
    })();
  }, [
    'none undefined', 'ret c', 'ok undefined',
    'prim TypeError: Invalid state: The promise returned by the iterator.return() method must fulfill with an object',
    'thr Error: T', 'rej Error: R',
  ]]
});
