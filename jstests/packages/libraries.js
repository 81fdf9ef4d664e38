'use strict';
// async, lodash and debug.
const async = require('async');
const debug = require('debug');
const _ = require('lodash');
const util = require('util');
const { run, say } = require('./client');

run(async () => {
  const later = (value, cb) => setImmediate(cb, null, value);
  say(await async.mapLimit([3, 1, 2], 2, (n, cb) => later(n * 2, cb)), await async.series({ a: (cb) => later(1, cb), b: async () => 2 }));
  say(await async.waterfall([(cb) => later(1, cb), (a, cb) => cb(null, a + 1, 'x'), (a, x, cb) => cb(null, x + a)]));
  say(await async.auto({ a: (cb) => later(1, cb), b: ['a', (found, cb) => cb(null, found.a + 1)] }), await async.parallel([(cb) => later('p', cb)]));
  say(await async.each([1, 2], async (n) => { if (n === 2) throw new Error('two'); }).catch((e) => e.message));
  let tries = 0;
  say(await async.retry({ times: 3, interval: 1 }, (cb) => cb(++tries < 3 ? new Error('again') : null, tries)));
  const seen = [];
  const queue = async.queue((task, cb) => { seen.push(task); setImmediate(cb); }, 2);
  queue.push(['a', 'b', 'c']);
  queue.unshift('first');
  await queue.drain();
  say(seen, queue.length(), await async.reduce([1, 2, 3], 0, (memo, n, cb) => cb(null, memo + n)), await util.promisify(async.timeout((cb) => setTimeout(cb, 1000), 5))().catch((e) => e.code));

  say(_.chain([1, 2, 3, 4]).filter((n) => n % 2).map((n) => n * n).value(), _.groupBy([6.1, 4.2, 6.3], Math.floor), _.merge({ a: [{ b: 2 }] }, { a: [{ c: 3 }] }));
  say(_.template('<% for (const n of list) { %><li><%- n %></li><% } %>${ x }')({ list: ['<a>', 2], x: 1 }));
  say(_.cloneDeep(new Map([[{ a: 1 }, new Set([1])]])).size, _.isEqual({ a: [new Date(0), /x/g] }, { a: [new Date(0), /x/g] }), _.get({ a: [{ b: 1 }] }, 'a[0].b'), _.set({}, 'x.y[2]', 1));
  say(_.camelCase('Foo Bar-baz'), _.deburr('déjà vu'), _.words('fred, barney, & pebbles'), _.truncate('hi-diddly-ho there, neighborino', { length: 15 }), _.padStart('7', 3, '0'), _.startCase('--foo-bar--'));
  say(_.sortBy([{ n: 'b', a: 2 }, { n: 'a', a: 2 }, { n: 'c', a: 1 }], ['a', 'n']), _.uniqBy([2.1, 1.2, 2.3], Math.floor), _.debounce(() => {}, 10).name, _.curry((a, b, c) => a + b + c)(1)(2)(3), _.size('ab'), _.zipObject(['a'], [1]));
  say(_.range(0, 1, 0.25), _.chunk([1, 2, 3], 2), _.flattenDeep([1, [2, [3]]]), _.memoize((x) => x * 2)(4), _.isPlainObject(Object.create(null)), _.isFunction(async () => {}), _.isTypedArray(Buffer.alloc(1)), _.VERSION);

  const lines = [];
  debug.enable('app:*,-app:quiet');
  const log = debug('app:http');
  log.log = (...args) => lines.push(util.format(...args));
  log('text %s %d %o', 'a', 1, { b: [2] });
  log('%O', { deep: { er: { still: {} } } });
  debug('app:quiet').log = () => lines.push('not this');
  debug('app:quiet')('x');
  log.extend('sub').enabled && lines.push('sub enabled');
  say(lines.map((l) => l.replace(/^\S+ /, '').replace(/\+\d+ms/, '+MS')), debug.enabled('other'), debug.disable());
  await util.promisify(setImmediate)();
});
