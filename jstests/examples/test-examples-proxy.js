'use strict';
const { mustCall, listen, exchange } = require('../common');
const assert = require('assert');
const http = require('http');

process.env.PORT = '0';
console.log = () => {};
const proxy = require('../../examples/proxy');
const origin = http.createServer(mustCall((req, res) => {
  res.setHeader('X-Saw', `${req.method} ${req.url} ${req.headers.host} ${'proxy-connection' in req.headers}`);
  req.pipe(res);
}, 2));
proxy.on('listening', mustCall(() => listen(origin, (port) => {
  const via = proxy.address().port;

  // Through the tunnel.
  const connect = http.request({ port: via, host: '127.0.0.1', method: 'CONNECT', path: `127.0.0.1:${port}` });
  connect.on('connect', mustCall((res, socket) => {
    assert.strictEqual(res.statusCode, 200);
    let text = '';
    socket.write('POST /tunnel HTTP/1.1\r\nHost: t\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi');
    socket.on('data', (d) => { text += d; }).on('end', mustCall(() => {
      assert(text.includes('X-Saw: POST /tunnel t false'), text);
      assert(/\r\n\r\n2\r\nhi\r\n0\r\n\r\n$/.test(text), text);
      socket.end();
      plain();
    }));
  }));
  connect.end();

  // As a forwarding proxy, then with an origin that is gone.
  function plain() {
    exchange(via, `POST http://127.0.0.1:${port}/plain?q HTTP/1.1\r\nHost: 127.0.0.1\r\nProxy-Connection: x\r\nConnection: close\r\nContent-Length: 2\r\n\r\nho`, (text) => {
      assert(/x-saw: POST \/plain\?q 127.0.0.1 false/i.test(text), text);
      assert(/ho/.test(text.split('\r\n\r\n')[1]), text);
      origin.closeAllConnections();
      origin.close(mustCall(() => {
        exchange(via, `GET http://127.0.0.1:${port}/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`, (text) => {
          assert(text.startsWith('HTTP/1.1 502 Bad Gateway\r\n'), text);
          exchange(via, `CONNECT 127.0.0.1:${port} HTTP/1.1\r\nHost: x\r\n\r\n`, (text) => {
            assert(text.startsWith('HTTP/1.1 502 Bad Gateway\r\n'), text);
            proxy.closeAllConnections();
            proxy.close(mustCall());
          });
        });
      }));
    });
  }
})));
