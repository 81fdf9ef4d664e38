'use strict';
const { mustCall, mustSucceed } = require('../common');
const assert = require('assert');
const dns = require('dns');
const util = require('util');

// localhost stands in /etc/hosts, with 127.0.0.1 at least.
dns.lookup('localhost', 4, mustSucceed((address, family) => {
  assert.strictEqual(address, '127.0.0.1');
  assert.strictEqual(family, 4);
}));
dns.lookup('localhost', { family: 'IPv4', all: true }, mustSucceed((list) => {
  assert.ok(list.length > 0);
  for (const entry of list) assert.deepStrictEqual(entry, { address: entry.address, family: 4 });
}));
dns.lookup('localhost', { family: 6, hints: dns.V4MAPPED | dns.ALL, all: true }, mustSucceed((list) => {
  assert.ok(list.some((e) => e.address === '::ffff:127.0.0.1'));
  assert.ok(list.every((e) => e.family === 6));
}));
for (const order of ['ipv4first', 'verbatim', 'ipv6first']) {
  dns.lookup('localhost', { all: true, order }, mustSucceed((list) => {
    const families = list.map((e) => e.family);
    if (order === 'ipv4first') assert.deepStrictEqual(families, families.slice().sort());
    if (order === 'ipv6first') assert.deepStrictEqual(families, families.slice().sort().reverse());
  }));
}
dns.lookup('localhost', { verbatim: false }, mustSucceed((address, family) => assert.strictEqual(family, 4)));

// Addresses are not looked up, whatever the family.
let sync = true;
dns.lookup('::1', { family: 4 }, mustSucceed((address, family) => {
  assert.strictEqual(sync, false);
  assert.deepStrictEqual([address, family], ['::1', 6]);
}));
dns.lookup('1.2.3.4', { all: true }, mustSucceed((list) => assert.deepStrictEqual(list, [{ address: '1.2.3.4', family: 4 }])));
sync = false;

const notFound = (hostname) => (err) => {
  assert.strictEqual(err.message, `getaddrinfo ENOTFOUND ${hostname}`);
  assert.deepStrictEqual({ ...err }, { errno: -3008, code: 'ENOTFOUND', syscall: 'getaddrinfo', hostname });
  assert.strictEqual(err.code, dns.NOTFOUND);
};
const long = 'x'.repeat(70) + '.invalid';
dns.lookup(long, mustCall(notFound(long)));
dns.promises.lookup(long).then(() => assert.fail('found'), mustCall(notFound(long)));

dns.promises.lookup('localhost', { family: 4 }).then(mustCall((r) => assert.deepStrictEqual(r, { address: '127.0.0.1', family: 4 })));
dns.promises.lookup('localhost', { family: 4, all: true }).then(mustCall((r) => assert.ok(Array.isArray(r))));
util.promisify(dns.lookup)('127.0.0.1').then(mustCall((r) => assert.deepStrictEqual(r, { address: '127.0.0.1', family: 4 })));
assert.strictEqual(require('dns/promises'), dns.promises);

dns.lookupService('127.0.0.1', 22022, mustSucceed((hostname, service) => {
  assert.strictEqual(typeof hostname, 'string');
  assert.strictEqual(service, '22022');
}));
dns.promises.lookupService('127.0.0.1', '22022').then(mustCall((r) => assert.deepStrictEqual(Object.keys(r), ['hostname', 'service'])));
dns.reverse('127.0.0.1', mustSucceed((names) => assert.ok(names.length > 0)));

// No name is no error, but a warning.
process.on('warning', mustCall((w) => {
  assert.strictEqual(w.code, 'DEP0118');
  assert.strictEqual(w.message, 'The provided hostname "" is not a valid hostname, and is supported in the dns module solely for compatibility.');
}));
dns.lookup('', mustSucceed((address, family) => assert.deepStrictEqual([address, family], [null, 4])));
dns.lookup(null, { family: 6 }, mustSucceed((address, family) => assert.deepStrictEqual([address, family], [null, 6])));
dns.lookup(undefined, { all: true }, mustSucceed((list) => assert.deepStrictEqual(list, [])));

assert.strictEqual(dns.getDefaultResultOrder(), 'verbatim');
dns.setDefaultResultOrder('ipv4first');
assert.strictEqual(dns.promises.getDefaultResultOrder(), 'ipv4first');
dns.setDefaultResultOrder('verbatim');
