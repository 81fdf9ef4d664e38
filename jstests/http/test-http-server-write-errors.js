'use strict';
const { mustCall, listen, exchange } = require('../common');
const assert = require('assert');
const http = require('http');

const server = http.createServer(mustCall((req, res) => {
  assert.throws(() => res.write(), { code: 'ERR_INVALID_ARG_TYPE' });
  assert.throws(() => res.write(5), {
    code: 'ERR_INVALID_ARG_TYPE',
    message: 'The "chunk" argument must be of type string or an instance of Buffer or Uint8Array. Received type number (5)',
  });
  assert.throws(() => res.write(null), { code: 'ERR_STREAM_NULL_VALUES' });
  assert.throws(() => res.end({}), { code: 'ERR_INVALID_ARG_TYPE' });
  assert.throws(() => res.addTrailers({ 'bad name': 'x' }), { code: 'ERR_INVALID_HTTP_TOKEN' });
  assert.throws(() => res.addTrailers({ x: 'a\r\nb' }), { code: 'ERR_INVALID_CHAR' });
  res.end(new Uint8Array([0x68, 0x69]));
}));
listen(server, (port) => {
  exchange(port, 'GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', (text) => {
    assert(text.endsWith('\r\n\r\nhi'), text);
    server.close();
  });
});
