'use strict';
// Options that are no options throw at the call, with Node's codes and messages.
const { mustNotCall } = require('../common');
const assert = require('assert');
const http = require('http');

const table = [
  [{ hostname: 1 }, 'ERR_INVALID_ARG_TYPE', 'The "options.hostname" property must be of type string or one of undefined or null. Received type number (1)'],
  [{ host: true }, 'ERR_INVALID_ARG_TYPE', 'The "options.host" property must be of type string or one of undefined or null. Received type boolean (true)'],
  [{ method: {} }, 'ERR_INVALID_ARG_TYPE', 'The "options.method" property must be of type string. Received an instance of Object'],
  [{ method: 'G T' }, 'ERR_INVALID_HTTP_TOKEN', 'Method must be a valid HTTP token ["G T"]'],
  [{ path: '/\u20ac' }, 'ERR_UNESCAPED_CHARACTERS', 'Request path contains unescaped characters'],
  [{ path: '/\t' }, 'ERR_UNESCAPED_CHARACTERS', 'Request path contains unescaped characters'],
  [{ path: '/ ' }, 'ERR_UNESCAPED_CHARACTERS', 'Request path contains unescaped characters'],
  [{ agent: true }, 'ERR_INVALID_ARG_TYPE', 'The "options.agent" property must be one of Agent-like Object, undefined, or false. Received type boolean (true)'],
  [{ agent: {} }, 'ERR_INVALID_ARG_TYPE', 'The "options.agent" property must be one of Agent-like Object, undefined, or false. Received an instance of Object'],
  [{ protocol: 'https:' }, 'ERR_INVALID_PROTOCOL', 'Protocol "https:" not supported. Expected "http:"'],
  [{ timeout: '1' }, 'ERR_INVALID_ARG_TYPE', 'The "timeout" argument must be of type number. Received type string (\'1\')'],
  [{ timeout: -1 }, 'ERR_OUT_OF_RANGE', 'The value of "timeout" is out of range. It must be a non-negative finite number. Received -1'],
  [{ maxHeaderSize: '1' }, 'ERR_INVALID_ARG_TYPE', 'The "maxHeaderSize" argument must be of type number. Received type string (\'1\')'],
  [{ maxHeaderSize: -1 }, 'ERR_OUT_OF_RANGE', 'The value of "maxHeaderSize" is out of range. It must be >= 0 && <= 9007199254740991. Received -1'],
  [{ insecureHTTPParser: 1 }, 'ERR_INVALID_ARG_TYPE', 'The "options.insecureHTTPParser" property must be of type boolean. Received type number (1)'],
  [{ joinDuplicateHeaders: 1 }, 'ERR_INVALID_ARG_TYPE', 'The "options.joinDuplicateHeaders" property must be of type boolean. Received type number (1)'],
  [{ headers: { 'a b': '1' } }, 'ERR_INVALID_HTTP_TOKEN', 'Header name must be a valid HTTP token ["a b"]'],
  [{ headers: { a: '\u20ac' } }, 'ERR_INVALID_CHAR', 'Invalid character in header content ["a"]'],
  [{ headers: { a: undefined } }, 'ERR_HTTP_INVALID_HEADER_VALUE', 'Invalid value "undefined" for header "a"'],
  [{ headers: ['a'] }, 'ERR_INVALID_ARG_VALUE', undefined],
  [{ headers: { host: ['a', 'b'] } }, 'ERR_INVALID_ARG_TYPE', 'The "options.headers.host" property must be of type string. Received an instance of Array'],
  [{ signal: 1 }, 'ERR_INVALID_ARG_TYPE', 'The "signal" argument must be an instance of AbortSignal. Received type number (1)'],
  [{ port: 65536 }, 'ERR_SOCKET_BAD_PORT', undefined],
  [{ localAddress: 'nowhere' }, 'ERR_INVALID_IP_ADDRESS', 'Invalid IP address: nowhere'],
  [{ lookup: 1 }, 'ERR_INVALID_ARG_TYPE', 'The "options.lookup" property must be of type function. Received type number (1)'],
];
for (const [options, code, message] of table) {
  let err;
  try {
    http.request(options, mustNotCall('response')).on('error', () => {});
  } catch (e) {
    err = e;
  }
  assert(err, `${JSON.stringify(options)} must throw`);
  assert.strictEqual(err.code, code, `${JSON.stringify(options)}: ${err.message}`);
  if (message !== undefined) assert.strictEqual(err.message, message);
}
assert.throws(() => http.request({}, 'no function'), { code: 'ERR_INVALID_ARG_TYPE', message: 'The "listener" argument must be of type function. Received type string (\'no function\')' });
