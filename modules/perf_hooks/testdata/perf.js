'use strict';
const util = require('util');
const ph = require('perf_hooks');
const { performance, PerformanceObserver, createHistogram, monitorEventLoopDelay } = ph;
const fails = (fn) => { try { console.log('no error', fn()); } catch (e) { console.log(e.name, e.code, e.message); } };

console.log(Object.keys(ph), performance === globalThis.performance, Object.prototype.toString.call(performance), performance instanceof EventTarget);
const a = performance.now();
console.log(typeof a, performance.now() >= a, Math.abs(performance.timeOrigin + a - Date.now()) < 1000);
const m = performance.mark('m', { startTime: 5, detail: { x: 1 } });
console.log(m, m.toJSON(), m instanceof ph.PerformanceMark, m instanceof ph.PerformanceEntry, Object.prototype.toString.call(m));
performance.mark('n', { startTime: 2 });
console.log(performance.getEntries().map((e) => e.name), performance.getEntriesByName('m').length, performance.getEntriesByName('m', 'measure').length,
  performance.getEntriesByType('mark').length, performance.getEntriesByType('none').length);
console.log(performance.measure('mn', 'n', 'm'), performance.measure('d', { start: 10, duration: 5, detail: 'x' }).toJSON(), performance.measure('e', { end: 7, duration: 3 }).startTime);
console.log(performance.measure('z').startTime, performance.measure('s', { start: 'm', end: 20 }).duration, performance.measure('ms', 'nodeStart').startTime >= 0);
for (const args of [[], ['x', { startTime: -1 }], ['x', { startTime: 'a' }], ['nodeStart'], ['x', 5]]) fails(() => performance.mark(...args));
for (const args of [[], [5], ['x', 'missing'], ['x', { start: 1, end: 2, duration: 3 }], ['x', { start: 1 }, 'm'], ['x', { start: -1 }]]) fails(() => performance.measure(...args));
fails(() => new ph.PerformanceMark());
fails(() => new ph.PerformanceEntry());
fails(() => new ph.PerformanceMeasure());
fails(() => new ph.Performance());
fails(() => new PerformanceObserver(5));
fails(() => new PerformanceObserver(() => {}).observe());
fails(() => new PerformanceObserver(() => {}).observe({}));
fails(() => new PerformanceObserver(() => {}).observe({ entryTypes: 5 }));
fails(() => new PerformanceObserver(() => {}).observe({ entryTypes: ['mark'], type: 'mark' }));
fails(() => { const o = new PerformanceObserver(() => {}); o.observe({ type: 'mark' }); try { o.observe({ entryTypes: ['mark'] }); } finally { o.disconnect(); } });
performance.clearMarks('n');
console.log(performance.getEntriesByType('mark').map((e) => e.name));
performance.clearMarks();
performance.clearMeasures();
console.log(performance.getEntries(), PerformanceObserver.supportedEntryTypes);
console.log(Object.keys(performance.nodeTiming).filter((k) => k !== 'uvMetricsInfo'), Object.keys(performance.toJSON()), Object.keys(performance.eventLoopUtilization()));

const h = createHistogram();
const show = (h) => util.inspect(h).replace('SafeMap(', 'Map(').replace(') [Map]', ')');
console.log(show(h));
for (const v of [1, 5, 5, 100, 1000, 4321, 1234567]) h.record(v);
h.record(77n);
console.log(show(h), h.toJSON(), h.percentile(50), h.percentile(99), h.percentileBigInt(10), h.minBigInt, h.maxBigInt, h.countBigInt);
const h2 = createHistogram({ lowest: 2, highest: 1000, figures: 1 });
for (const v of [3, 999, 50000, 12]) h2.record(v);
h2.add(h);
console.log(h2.toJSON(), h2.exceeds);
h.reset();
console.log(h.count, h.min, h.max);
for (const v of [0, -1, 'x', 1.5]) fails(() => h.record(v));
for (const v of [0, 101, 'x', NaN]) fails(() => h.percentile(v));
for (const o of [5, { lowest: 0 }, { lowest: 10, highest: 11 }, { figures: 6 }]) fails(() => createHistogram(o));
fails(() => monitorEventLoopDelay({ resolution: 0 }));
fails(() => performance.timerify(5));
fails(() => performance.timerify(() => {}, { histogram: {} }));

const calls = createHistogram();
const timed = performance.timerify(function add(x, y) { return x + y; }, { histogram: calls });
const Made = performance.timerify(class Made { constructor(v) { this.v = v; } });
let rounds = 0;
const obs = new PerformanceObserver((list, self) => {
  console.log(self === obs, list.getEntries().map((e) => [e.name, e.entryType]), list.getEntriesByName('one').length, list.getEntriesByType('measure').length);
  const f = list.getEntriesByType('function')[0];
  if (f) console.log(f.detail, f[0], Object.keys(f));
  if (++rounds === 1) return performance.mark('again');
  obs.disconnect();
  delay();
});
obs.observe({ entryTypes: ['mark', 'measure', 'function', 'unknown'] });
performance.mark('one', { startTime: 1 });
performance.measure('two', { start: 2, end: 3 });
console.log(timed(1, 2), timed.name, timed.length, calls.count, new Made(7).v);
performance.timerify(async (x) => x)(3).then((v) => console.log('async', v));

function delay() {
  const d = monitorEventLoopDelay({ resolution: 1 });
  console.log(d.enable(), d.enable());
  const until = setInterval(() => {
    if (d.count < 3) return;
    clearInterval(until);
    console.log(d.disable(), d.disable(), d.min > 0, d.max >= d.min, performance.nodeTiming.loopStart > 0, performance.nodeTiming.idleTime > 0);
    const { idle, active, utilization } = performance.eventLoopUtilization();
    console.log(idle > 0, active > 0, utilization > 0 && utilization < 1);
  }, 1);
}
