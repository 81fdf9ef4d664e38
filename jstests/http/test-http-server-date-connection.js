'use strict';
const { mustCall, listen, exchange } = require('../common');
const assert = require('assert');
const http = require('http');

const server = http.createServer(mustCall((req, res) => {
  switch (req.url) {
    case '/own': res.setHeader('Date', 'mine'); break;
    case '/none': res.sendDate = false; break;
    case '/close': res.setHeader('Connection', 'close'); break;
    case '/removed': res.removeHeader('Date'); break;
  }
  res.end();
}, 5));
const ask = (url, fn) => exchange(server.address().port, `GET ${url} HTTP/1.1\r\nHost: x\r\n` +
  (url === '/close' ? '\r\n' : 'Connection: close\r\n\r\n'), fn);
listen(server, () => {
  ask('/', (text) => {
    const date = /\r\nDate: (.*)\r\n/.exec(text)[1];
    assert.strictEqual(new Date(date).toUTCString(), date);
    ask('/own', (text) => {
      assert.deepStrictEqual(text.match(/Date: .*/g), ['Date: mine']);
      ask('/none', (text) => {
        assert(!/Date:/.test(text), text);
        ask('/close', (text) => { // the server ends the connection though the client would keep it
          assert(/\r\nConnection: close\r\n/.test(text), text);
          ask('/removed', (text) => {
            assert(!/Date:/.test(text), text);
            server.close(mustCall());
          });
        });
      });
    });
  });
});
