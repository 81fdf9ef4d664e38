'use strict';
// A response before the request has ended; a second one that nobody asked for; interim ones before.
const { mustCall, mustNotCall, listen } = require('../common');
const assert = require('assert');
const http = require('http');
const net = require('net');

let connections = 0;
const server = net.createServer((c) => {
  connections++;
  let text = '';
  c.on('error', () => {});
  c.on('data', (d) => {
    text += d;
    if (/^POST \/early/.test(text)) {
      if (text.includes('\r\n\r\n') && !c.answered) {
        c.answered = true;
        c.write('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nearly');
      }
      const end = text.indexOf('0\r\n\r\n');
      if (end < 0) return;
      text = text.slice(end + 5); // the next request may have come with it
    }
    if (text === '') return;
    if (/^GET \/twice/.test(text)) {
      c.write('HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\noneHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil');
    } else if (/^GET \/interim/.test(text)) {
      c.write('HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\nLink: </b>\r\n\r\n' +
        'HTTP/1.1 204 No Content\r\n\r\n');
    } else {
      c.write('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ngood');
    }
    text = '';
  });
});
listen(server, (port) => {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  const options = { port, host: '127.0.0.1', agent };
  const body = (res, fn) => {
    let text = '';
    res.on('data', (d) => { text += d; }).on('end', mustCall(() => fn(text)));
  };
  // The connection is free once the request has been sent as well.
  const req = http.request({ ...options, method: 'POST', path: '/early' }, mustCall((res) => body(res, (text) => {
    assert.strictEqual(text, 'early');
    assert.strictEqual(req.writableFinished, false);
    setImmediate(() => {
      assert.deepStrictEqual(Object.keys(agent.freeSockets), []);
      req.end('late');
      req.on('close', mustCall(() => interim()));
    });
  })));
  req.write('begun');

  function interim() {
    const seen = [];
    const req = http.get({ ...options, path: '/interim' }, mustCall((res) => {
      assert.strictEqual(res.statusCode, 204);
      assert.deepStrictEqual(seen, [['continue'], [100, {}], [102, {}], [103, { link: '</a>, </b>' }]]);
      assert.strictEqual(connections, 1);
      res.resume().on('end', mustCall(() => twice()));
    }));
    req.on('continue', mustCall(() => seen.push(['continue'])));
    req.on('information', mustCall((info) => {
      seen.push([info.statusCode, { ...info.headers }]);
      assert.strictEqual(info.httpVersion, '1.1');
      assert(Array.isArray(info.rawHeaders));
    }, 3));
  }

  // What was not asked for answers nobody.
  function twice() {
    const req = http.get({ ...options, path: '/twice' }, mustCall((res) => body(res, (text) => {
      assert.strictEqual(text, 'one');
      req.socket.on('close', mustCall(() => {
        http.get({ ...options, path: '/next' }, mustCall((res) => body(res, (text) => {
          assert.strictEqual(text, 'good');
          assert.strictEqual(connections, 2);
          agent.destroy();
          server.close();
        }))).on('error', mustNotCall('error'));
      }));
    })));
    req.on('error', mustNotCall('error'));
  }
});
