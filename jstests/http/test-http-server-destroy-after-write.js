'use strict';
// What of an answer reaches the client when its message is destroyed: all that was written before the
// tick of destroy(), and earlier answers on the connection always.
const common = require('../common');
const assert = require('assert');
const http = require('http');
const net = require('net');

const cases = [
  ['write callback', (req, res) => res.write('text', () => res.destroy()), 'text'],
  ['promise job', (req, res) => { res.write('text'); Promise.resolve().then(() => res.destroy()); }, 'text'],
  ['next tick', (req, res) => { res.write('text'); process.nextTick(() => res.destroy()); }, 'text'],
  ['immediate', (req, res) => { res.write('text'); setImmediate(() => res.destroy()); }, 'text'],
  ['same tick', (req, res) => { res.write('text'); res.destroy(); }, ''],
  ['flushed', (req, res) => { res.write('te'); process.nextTick(() => { res.write('xt'); setImmediate(() => res.destroy()); }); }, 'text'],
  ['pipelined', (req, res) => {
    if (req.url === '/1') return res.end('first');
    res.write('second');
    res.destroy();
  }, 'first'],
];

const body = (raw) => raw.split('\r\n\r\n').slice(1).join('');

(function next() {
  const test = cases.shift();
  if (!test) return;
  const [name, handler, expected] = test;
  const server = http.createServer((req, res) => {
    res.writeHead(200, { 'Content-Length': req.url === '/1' && name === 'pipelined' ? 5 : 100 });
    handler(req, res);
  });
  server.listen(0, '127.0.0.1', common.mustCall(() => {
    let raw = '';
    net.connect(server.address().port, '127.0.0.1', function() {
      this.write(`GET /1 HTTP/1.1\r\nHost: x\r\n\r\n${name === 'pipelined' ? 'GET /2 HTTP/1.1\r\nHost: x\r\n\r\n' : ''}`);
    }).setEncoding('latin1').on('data', (d) => { raw += d; }).on('error', () => {}).on('close', common.mustCall(() => {
      assert.strictEqual(body(raw), expected, name);
      server.close(next);
    }));
  }));
})();
