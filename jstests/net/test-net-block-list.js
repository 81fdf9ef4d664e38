'use strict';
require('../common');
const assert = require('assert');
const util = require('util');
const { BlockList, SocketAddress } = require('net');

const list = new BlockList();
list.addAddress('1.1.1.1');
list.addAddress('8592:757C:efae:4e45::1', 'IPv6');
list.addRange('10.0.0.1', '10.0.0.10');
list.addSubnet('192.168.1.0', 24);
list.addSubnet('8592:757c:efae:4e45::', 64, 'ipv6');
list.addSubnet('::ffff:9.9.0.0', 112, 'ipv6');
list.addAddress(new SocketAddress({ address: '5.5.5.5', port: 80 }));
list.addRange('::1', '::8', 'ipv6');
assert.deepStrictEqual(list.rules, [
  'Range: IPv6 ::1-::8',
  'Address: IPv4 5.5.5.5',
  'Subnet: IPv6 ::ffff:9.9.0.0/112',
  'Subnet: IPv6 8592:757c:efae:4e45::/64',
  'Subnet: IPv4 192.168.1.0/24',
  'Range: IPv4 10.0.0.1-10.0.0.10',
  'Address: IPv6 8592:757c:efae:4e45::1',
  'Address: IPv4 1.1.1.1',
]);

for (const [address, family, want] of [
  ['1.1.1.1', 'ipv4', true],
  ['1.1.1.1', undefined, true],
  ['1.1.1.2', 'ipv4', false],
  ['::ffff:1.1.1.1', 'ipv6', true], // the same, mapped
  ['::ffff:a00:5', 'ipv6', true],
  ['10.0.0.1', 'ipv4', true],
  ['10.0.0.10', 'ipv4', true],
  ['10.0.0.11', 'ipv4', false],
  ['192.168.1.77', 'ipv4', true],
  ['192.168.2.1', 'ipv4', false],
  ['::ffff:192.168.1.77', 'ipv6', true],
  ['8592:757c:efae:4e45:1::', 'ipv6', true],
  ['8592:757c:efae:4e46::', 'ipv6', false],
  ['9.9.3.4', 'ipv4', true],
  ['9.8.3.4', 'ipv4', false],
  ['::5', 'ipv6', true],
  ['::9', 'ipv6', false],
  ['1.1.1.1', 'ipv6', false], // no address of that family
  ['bad', 'ipv4', false],
]) assert.strictEqual(list.check(address, family), want, `${address} ${family}`);
assert.strictEqual(list.check(new SocketAddress({ address: '5.5.5.5', port: 81 })), true);

const type = { name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' };
assert.throws(() => list.addAddress(5), type);
assert.throws(() => list.addAddress('1.1.1.1', 5), type);
assert.throws(() => list.addRange('1.1.1.1', 5), type);
assert.throws(() => list.addSubnet('1.1.1.1', '8'), type);
assert.throws(() => list.check(), type);
assert.throws(() => list.addAddress('1.1.1.1', 'ipv7'),
              { code: 'ERR_INVALID_ARG_VALUE', message: "The property 'options.family' is invalid. Received 'ipv7'" });
assert.throws(() => list.addAddress('::1'), { code: 'ERR_INVALID_ADDRESS', message: 'Invalid socket address' });
assert.throws(() => list.addSubnet('1.1.1.1', 33), { code: 'ERR_OUT_OF_RANGE' });
assert.throws(() => list.addSubnet('::', 129, 'ipv6'), { code: 'ERR_OUT_OF_RANGE' });
assert.throws(() => list.addRange('10.0.0.2', '10.0.0.1'), {
  code: 'ERR_INVALID_ARG_VALUE',
  message: "The argument 'start' must come before end. Received SocketAddress { address: '10.0.0.2', port: 0, family: 'ipv4', flowlabel: 0 }",
});
const one = new BlockList();
one.addAddress('1.2.3.4');
assert.strictEqual(util.inspect(one), "BlockList { rules: [ 'Address: IPv4 1.2.3.4' ] }");

const plain = new SocketAddress();
assert.deepStrictEqual(plain.toJSON(), { address: '127.0.0.1', port: 0, family: 'ipv4', flowlabel: 0 });
const six = new SocketAddress({ family: 'IPv6', address: 'ABCD::1', port: 99, flowlabel: 7 });
assert.strictEqual(JSON.stringify(six), '{"address":"abcd::1","port":99,"family":"ipv6","flowlabel":7}');
assert.strictEqual(util.inspect(six), "SocketAddress { address: 'abcd::1', port: 99, family: 'ipv6', flowlabel: 7 }");
assert.strictEqual(new SocketAddress({ family: 'ipv6' }).address, '::');
assert.strictEqual(SocketAddress.isSocketAddress(six), true);
assert.strictEqual(SocketAddress.isSocketAddress({}), false);
assert.throws(() => new SocketAddress({ port: 70000 }), { code: 'ERR_SOCKET_BAD_PORT' });
assert.throws(() => new SocketAddress({ address: 'x' }), { code: 'ERR_INVALID_ADDRESS' });
assert.throws(() => new SocketAddress({ flowlabel: -1 }), { code: 'ERR_OUT_OF_RANGE' });
assert.throws(() => new SocketAddress(null), type);
