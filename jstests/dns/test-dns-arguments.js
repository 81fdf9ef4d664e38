'use strict';
const { mustCall, mustNotCall } = require('../common');
const assert = require('assert');
const dns = require('dns');

const never = mustNotCall('callback');
const fails = (code, message, fn) => assert.throws(fn, { code, message });
const type = (message, fn) => fails('ERR_INVALID_ARG_TYPE', message, fn);
const value = (message, fn) => fails('ERR_INVALID_ARG_VALUE', message, fn);

for (const bad of [{}, [], true, 1, () => {}]) {
  assert.throws(() => dns.lookup(bad, never), { code: 'ERR_INVALID_ARG_TYPE', message: /^The "hostname" argument must be of type string\. Received / });
  assert.throws(() => dns.promises.lookup(bad), { code: 'ERR_INVALID_ARG_TYPE' });
}
type('The "callback" argument must be of type function. Received undefined', () => dns.lookup('x'));
type('The "callback" argument must be of type function. Received undefined', () => dns.lookup('x', 4));
type("The \"options\" argument must be of type object or integer. Received type string ('6')", () => dns.lookup('x', '6', never));
type('The "options.all" property must be of type boolean. Received type number (1)', () => dns.lookup('x', { all: 1 }, never));
type('The "options.verbatim" property must be of type boolean. Received type number (1)', () => dns.lookup('x', { verbatim: 1 }, never));
value("The argument 'family' must be one of: 0, 4, 6. Received 5", () => dns.lookup('x', 5, never));
value("The property 'options.family' must be one of: 0, 4, 6. Received 5", () => dns.lookup('x', { family: 5 }, never));
value("The property 'options.family' must be one of: 0, 4, 6. Received 'IPv4'", () => dns.promises.lookup('x', { family: 'IPv4' }));
value("The property 'options.order' must be one of: 'verbatim', 'ipv4first', 'ipv6first'. Received 'q'", () => dns.lookup('x', { order: 'q' }, never));
value("The argument 'hints' is invalid. Received 1", () => dns.lookup('x', { hints: 1 }, never));
value("The argument 'dnsOrder' must be one of: 'verbatim', 'ipv4first', 'ipv6first'. Received 'x'", () => dns.setDefaultResultOrder('x'));

fails('ERR_MISSING_ARGS', 'The "address", "port", and "callback" arguments must be specified', () => dns.lookupService('127.0.0.1'));
fails('ERR_MISSING_ARGS', 'The "address" and "port" arguments must be specified', () => dns.promises.lookupService('127.0.0.1'));
value("The argument 'address' is invalid. Received 'x'", () => dns.lookupService('x', 1, never));
fails('ERR_SOCKET_BAD_PORT', 'Port should be >= 0 and < 65536. Received type number (-1).', () => dns.lookupService('127.0.0.1', -1, never));

type('The "rrtype" argument must be of type string. Received type number (5)', () => dns.resolve('x', 5, never));
value("The argument 'rrtype' is invalid. Received 'Q'", () => dns.resolve('x', 'Q', never));
value("The argument 'rrtype' is invalid. Received 'Q'", () => dns.promises.resolve('x', 'Q'));
for (const name of ['resolve4', 'resolve6', 'resolveAny', 'resolveCaa', 'resolveCname', 'resolveMx', 'resolveNaptr', 'resolveNs',
                    'resolvePtr', 'resolveSoa', 'resolveSrv', 'resolveTxt', 'reverse']) {
  type('The "name" argument must be of type string. Received type number (5)', () => dns[name](5, never));
  type('The "callback" argument must be of type function. Received undefined', () => dns[name]('x'));
  type('The "name" argument must be of type string. Received undefined', () => dns.promises[name]());
  assert.strictEqual(typeof dns.Resolver.prototype[name], 'function');
  assert.strictEqual(typeof dns.promises.Resolver.prototype[name], 'function');
}
const invalid = { code: 'EINVAL', errno: -22, syscall: 'getHostByAddr', hostname: 'x', message: 'getHostByAddr EINVAL x' };
assert.throws(() => dns.reverse('x', never), invalid);
assert.rejects(dns.promises.reverse('x'), invalid).then(mustCall());
dns.resolve4('a..b', mustCall((err) => {
  assert.strictEqual(err.message, 'queryA EBADNAME a..b');
  assert.deepStrictEqual({ ...err }, { errno: undefined, code: dns.BADNAME, syscall: 'queryA', hostname: 'a..b' });
}));
dns.resolveMx('some.onion', mustCall((err) => assert.strictEqual(err.message, 'queryMx ENOTFOUND some.onion')));

const resolver = new dns.Resolver({ timeout: 100, tries: 1 });
const set = (list) => { resolver.setServers(list); return resolver.getServers(); };
assert.ok(resolver.getServers().length > 0);
assert.deepStrictEqual(set(['4.4.4.4:53', '[2001:4860:4860::8888]:53', '103.238.225.181:666', '[fe80::1]:666', '[fe80::2]', '::1']),
                       ['4.4.4.4', '2001:4860:4860::8888', '103.238.225.181:666', '[fe80::1]:666', 'fe80::2', '::1']);
// eslint-disable-next-line no-sparse-arrays
assert.deepStrictEqual(set(['1.1.1.1', , '2.2.2.2']), ['1.1.1.1', '2.2.2.2']);
for (const bad of ['foobar', '127.0.0.1:va', ' ', '[', '[::1', ':'.repeat(1000)]) {
  fails('ERR_INVALID_IP_ADDRESS', `Invalid IP address: ${bad}`, () => resolver.setServers([bad]));
}
assert.deepStrictEqual(resolver.getServers(), ['1.1.1.1', '2.2.2.2']);
assert.deepStrictEqual(set([]), []);
type("The \"servers\" argument must be an instance of Array. Received type string ('x')", () => resolver.setServers('x'));
type('The "servers[0]" argument must be of type string. Received type number (1)', () => dns.setServers([1]));
dns.setServers(['127.0.0.1']);
assert.deepStrictEqual(dns.getServers(), ['127.0.0.1']);
assert.deepStrictEqual(dns.promises.getServers(), ['127.0.0.1']);

fails('ERR_OUT_OF_RANGE', 'The value of "options.timeout" is out of range. It must be >= -1 && <= 2147483647. Received -2', () => new dns.Resolver({ timeout: -2 }));
fails('ERR_OUT_OF_RANGE', 'The value of "options.tries" is out of range. It must be >= 1 && <= 2147483647. Received 0', () => new dns.promises.Resolver({ tries: 0 }));
resolver.setLocalAddress('::1', '127.0.0.1');
value('Cannot specify two IPv4 addresses.', () => resolver.setLocalAddress('127.0.0.1', '127.0.0.1'));
value('Invalid IP address.', () => resolver.setLocalAddress('bad'));

// cancel ends what runs, in order, later.
const cancelled = [];
const running = new dns.Resolver();
running.setServers(['192.0.2.1']);
for (const name of ['a', 'b', 'c']) {
  running.resolve4(`${name}.invalid`, mustCall((err) => {
    assert.strictEqual(err.code, dns.CANCELLED);
    cancelled.push(err.message);
    if (name === 'c') assert.deepStrictEqual(cancelled, ['queryA ECANCELLED a.invalid', 'queryA ECANCELLED b.invalid', 'queryA ECANCELLED c.invalid']);
  }));
}
running.cancel();
assert.deepStrictEqual(cancelled, []);
