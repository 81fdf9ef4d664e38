'use strict';
// A response has its socket when its turn has come, and tells by 'socket'; what is asked of it before
// waits for that.
const { mustCall, listen, exchange, order } = require('../common');
const assert = require('assert');
const http = require('http');

const log = order(['/1', '/2', 'end /1', 'socket /2', 'timeout /2', 'close /2']);
const server = http.createServer(mustCall((req, res) => {
  log(req.url);
  if (req.url === '/1') {
    assert.strictEqual(res.socket, req.socket);
    return setTimeout(() => {
      log('end /1');
      res.end('one');
    }, 50);
  }
  assert.strictEqual(res.socket, null);
  res.on('socket', mustCall((socket) => {
    log('socket /2');
    assert.strictEqual(socket, req.socket);
  }));
  res.setTimeout(20, mustCall(() => {
    log('timeout /2');
    res.end('two');
  }));
  res.on('close', () => log('close /2'));
}, 2));
listen(server, (port) => {
  exchange(port, 'GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
           mustCall((text) => {
             assert.match(text, /one.*two$/s);
             server.close();
           }));
});
