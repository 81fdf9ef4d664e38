'use strict';
const { mustCall, mustNotCall, listen, exchange, order } = require('../common');
const assert = require('assert');
const http = require('http');

const log = order(['write', 'finish', 'end', 'close']);
const server = http.createServer(mustCall((req, res) => {
  res.on('finish', () => { log('finish'); assert.strictEqual(res.writableFinished, true); });
  res.on('close', () => log('close'));
  assert.strictEqual(res.write('a', () => log('write')), true);
  res.end('b', 'latin1', () => log('end'));
  assert.strictEqual(res.writableEnded, true);
  res.on('error', mustCall((err) => assert.strictEqual(err.code, 'ERR_STREAM_WRITE_AFTER_END')));
  res.write('late', mustCall((err) => assert.strictEqual(err.code, 'ERR_STREAM_WRITE_AFTER_END')));
  res.end(mustCall((err) => assert.strictEqual(err.code, 'ERR_STREAM_ALREADY_FINISHED')));
}));
listen(server, (port) => {
  exchange(port, 'GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', (text) => {
    assert(text.endsWith('\r\n\r\n1\r\na\r\n1\r\nb\r\n0\r\n\r\n'), text);
    server.close();
  });
});
