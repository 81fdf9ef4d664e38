'use strict';
const { mustCall, listen } = require('../common');
const assert = require('assert');
const http = require('http');

const count = 200;
const agent = new http.Agent({ keepAlive: true, maxSockets: 10 });
const server = http.createServer((req, res) => {
  let body = '';
  req.on('data', (d) => { body += d; }).on('end', () => res.end(`${req.url} ${body}`));
});
listen(server, (port) => {
  let left = count;
  for (let i = 0; i < count; i++) {
    http.request({ port, host: '127.0.0.1', path: `/${i}`, method: 'POST', agent }, mustCall((res) => {
      let text = '';
      res.on('data', (d) => { text += d; }).on('end', mustCall(() => {
        assert.strictEqual(text, `/${i} body ${i}`);
        if (--left === 0) { agent.destroy(); server.close(mustCall()); }
      }));
    })).end(`body ${i}`);
  }
});
