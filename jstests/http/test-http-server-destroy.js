'use strict';
const { mustCall, mustNotCall, listen, exchange } = require('../common');
const assert = require('assert');
const http = require('http');

// Destroying either message ends the connection.
const server = http.createServer(mustCall((req, res) => {
  res.on('close', mustCall());
  res.on('finish', mustNotCall('finish'));
  switch (req.url) {
    case '/res': res.destroy(); break;
    case '/req': req.on('error', mustNotCall('error')); req.destroy(); break;
    case '/socket': req.socket.destroy(); break;
    case '/error': res.destroy(new Error('why')); break;
  }
  assert.strictEqual(req.socket.destroyed, true);
}, 4));
listen(server, (port) => {
  const urls = ['/res', '/req', '/socket', '/error'];
  let left = urls.length;
  for (const url of urls) {
    exchange(port, `GET ${url} HTTP/1.1\r\nHost: x\r\n\r\n`, (text) => {
      assert.strictEqual(text, '');
      if (--left === 0) server.close();
    });
  }
});
