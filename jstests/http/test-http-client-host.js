'use strict';
// The Host field: the port unless it is the protocol's, IPv6 in brackets, the program's own first;
// and Authorization over auth.
const assert = require('assert');
const http = require('http');

class Silent extends http.Agent {
  addRequest() {} // the request is not sent
}
const agent = new Silent();
const fields = (options) => {
  const req = http.request({ agent, ...options });
  return req;
};
const host = (options) => fields(options).getHeader('host');

assert.strictEqual(host({}), 'localhost');
assert.strictEqual(host({ host: 'a' }), 'a');
assert.strictEqual(host({ host: 'a', port: 80 }), 'a');
assert.strictEqual(host({ host: 'a', port: '80' }), 'a');
assert.strictEqual(host({ host: 'a', port: 81 }), 'a:81');
assert.strictEqual(host({ host: 'a', hostname: 'b' }), 'b');
assert.strictEqual(host({ host: 'a', port: 81, defaultPort: 81 }), 'a');
assert.strictEqual(host({ host: 'a', defaultPort: 82 }), 'a');
assert.strictEqual(host({ host: '::1' }), '[::1]');
assert.strictEqual(host({ host: '::1', port: 8080 }), '[::1]:8080');
assert.strictEqual(host({ host: '[::1]', port: 8080 }), '[::1]:8080');
assert.strictEqual(host({ host: 'a', setHost: false }), undefined);
assert.strictEqual(host({ host: 'a', headers: { HOST: 'mine' } }), 'mine');
assert.strictEqual(host({ host: 'a', headers: { host: '' } }), 'a');
assert.deepStrictEqual(fields({ host: 'a', headers: { HOST: 'mine' } }).getRawHeaderNames(), ['HOST']);
assert.strictEqual(fields({ host: 'a', headers: [['Host', 'x']] }).getHeader('host'), undefined); // made already
assert.strictEqual(http.request('http://[::1]:81/', { agent }).getHeader('host'), '[::1]:81');
assert.strictEqual(http.request(new URL('http://u:p@a:81/x?y#z'), { agent }).path, '/x?y');

assert.strictEqual(fields({ auth: 'user:p\u00e9' }).getHeader('authorization'), `Basic ${Buffer.from('user:p\u00e9').toString('base64')}`);
assert.strictEqual(fields({ auth: 'u:p', headers: { Authorization: 'mine' } }).getHeader('authorization'), 'mine');
assert.strictEqual(http.request('http://us%20er:p@a/', { agent }).getHeader('authorization'), `Basic ${Buffer.from('us er:p').toString('base64')}`);

// Expect: the head is made at once.
const req = fields({ method: 'POST', headers: { Expect: '100-continue' } });
assert.strictEqual(req.headersSent, true);
assert.throws(() => req.setHeader('a', 'b'), { code: 'ERR_HTTP_HEADERS_SENT' });
assert.strictEqual(fields({ method: 'POST' }).headersSent, false);

// What a request shows of its options.
const shown = fields({ host: 'a', method: 'post', path: '/p', protocol: 'http:', timeout: 5, maxHeaderSize: 9, joinDuplicateHeaders: true });
assert.deepStrictEqual([shown.method, shown.path, shown.host, shown.protocol, shown.timeout, shown.maxHeaderSize, shown.joinDuplicateHeaders, shown.agent],
  ['POST', '/p', 'a', 'http:', 5, 9, true, agent]);
assert.deepStrictEqual([shown.aborted, shown.destroyed, shown.reusedSocket, shown.maxHeadersCount, shown.res, shown.socket],
  [false, false, false, null, null, null]);
assert.deepStrictEqual([fields({}).timeout, fields({}).maxHeaderSize, fields({}).path, fields({}).method], [undefined, undefined, '/', 'GET']);

// The option auth is what Buffer.from takes.
for (const [auth, sent] of [['é:b', 'w6k6Yg=='], [Buffer.from('a:b'), 'YTpi'], [[1, 2], 'AQI=']]) {
  const req = http.request({ auth, port: 1, host: '127.0.0.1' });
  req.on('error', () => {});
  assert.strictEqual(req.getHeader('authorization'), `Basic ${sent}`);
  req.destroy();
}
for (const auth of [5, true, {}]) assert.throws(() => http.request({ auth, port: 1 }), { code: 'ERR_INVALID_ARG_TYPE' });
