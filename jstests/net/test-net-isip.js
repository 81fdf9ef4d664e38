'use strict';
const assert = require('assert');
const net = require('net');

for (const [text, want] of Object.entries({
  '127.0.0.1': 4, '255.255.255.255': 4, '256.0.0.1': 0, '1.2.3': 0, '01.2.3.4': 0, '': 0, ' 1.2.3.4': 0,
  '::1': 6, '::': 6, 'fe80::1%eth0': 6, '::ffff:1.2.3.4': 6, '1::2::3': 0, 'x': 0, '1:2:3:4:5:6:7:8:9': 0,
})) {
  assert.strictEqual(net.isIP(text), want, text);
  assert.strictEqual(net.isIPv4(text), want === 4, text);
  assert.strictEqual(net.isIPv6(text), want === 6, text);
}
