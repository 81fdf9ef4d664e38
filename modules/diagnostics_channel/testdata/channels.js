'use strict';
const dc = require('diagnostics_channel');
const { AsyncLocalStorage } = require('async_hooks');
const fails = (fn) => { try { fn(); console.log('no error'); } catch (e) { console.log(e.name, e.code, e.message); } };

const ch = dc.channel('a');
const sym = Symbol('s');
console.log(ch === dc.channel('a'), ch instanceof dc.Channel, ch.name, ch.hasSubscribers, dc.hasSubscribers('a'), dc.hasSubscribers('none'), dc.channel(sym).name);
const one = (data, name) => { console.log('one', data, name); dc.unsubscribe('a', two); };
const two = (data, name) => console.log('two', data, name);
console.log(ch.subscribe(one), dc.subscribe('a', two), ch.hasSubscribers);
ch.publish({ x: 1 });
ch.publish(2);
console.log(dc.unsubscribe('a', one), ch.unsubscribe(one), ch.hasSubscribers);
for (const v of [undefined, 5, {}]) fails(() => dc.channel(v));
fails(() => ch.subscribe(5));
fails(() => dc.tracingChannel(5));
fails(() => dc.tracingChannel({ start: {} }));

process.once('uncaughtException', (e) => console.log('uncaught', e.message));
const thrower = () => { throw new Error('subscriber'); };
ch.subscribe(thrower);
ch.publish(3);
ch.unsubscribe(thrower);

const store = new AsyncLocalStorage();
ch.bindStore(store, (d) => ({ d }));
console.log(ch.runStores('data', function(a, b) { return [this.t, a, b, store.getStore()]; }, { t: 1 }, 'x', 'y'), store.getStore());
console.log(ch.unbindStore(store), ch.unbindStore(store), ch.runStores('data', () => store.getStore()));
fails(() => ch.runStores('data'));

const t = dc.tracingChannel('work');
console.log(t.hasSubscribers, t.start.name, Object.keys(t));
console.log(t.traceSync((a) => a + 1, {}, null, 1), t.traceCallback((a, cb) => cb(null, a), -1, {}, null, 1, (e, r) => r));
const handlers = {};
for (const name of ['start', 'end', 'asyncStart', 'asyncEnd', 'error'])
  handlers[name] = (m) => console.log(name, JSON.stringify(m, (k, v) => v instanceof Error ? v.message : v));
t.subscribe(handlers);
console.log(t.traceSync(function(a) { return this.x + a; }, { id: 1 }, { x: 1 }, 1));
fails(() => t.traceSync(() => { throw new Error('bad'); }, { id: 2 }));
t.traceCallback((a, cb) => cb(null, a * 2), -1, { id: 3 }, null, 4, (e, r) => console.log('called', e, r));
t.traceCallback((cb, a) => cb(new Error('no')), 0, { id: 4 }, null, (e, r) => console.log('called', e.message, r), 4);
fails(() => t.traceCallback((cb) => cb(), -1, { id: 5 }, null, 6));
t.tracePromise(async (v) => v, { id: 6 }, null, 'value')
  .then((v) => console.log('resolved', v))
  .then(() => t.tracePromise(() => Promise.reject(new Error('rejected')), { id: 7 }))
  .catch((e) => console.log(e.message))
  .then(() => t.tracePromise(() => 5))
  .then((v) => console.log(v, t.unsubscribe(handlers), t.unsubscribe(handlers), t.hasSubscribers));
