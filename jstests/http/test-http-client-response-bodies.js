'use strict';
const { mustCall, listen } = require('../common');
const assert = require('assert');
const http = require('http');
const net = require('net');

// The body's end: by length, by chunks, by the connection, by the status.
const answers = {
  '/length': ['HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody', 'body'],
  '/chunks': ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nbo\r\n2\r\ndy\r\n0\r\nX-T: 1\r\n\r\n', 'body'],
  '/close': ['HTTP/1.0 200 OK\r\n\r\nbody', 'body'],
  '/204': ['HTTP/1.1 204 No Content\r\n\r\n', ''],
  '/304': ['HTTP/1.1 304 Not Modified\r\nContent-Length: 4\r\n\r\n', ''],
  '/head': ['HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n', ''],
};
const server = net.createServer((c) => c.once('data', (d) => {
  const [answer] = answers[/(\/\w+) HTTP/.exec(d)[1]];
  let i = 0; // byte by byte
  (function next() { i < answer.length ? c.write(answer[i++], () => setImmediate(next)) : c.end(); })();
}));
listen(server, (port) => {
  let left = Object.keys(answers).length;
  for (const path of Object.keys(answers)) {
    http.request({ port, host: '127.0.0.1', path, method: path === '/head' ? 'HEAD' : 'GET', agent: false }, mustCall((res) => {
      let text = '';
      res.on('data', (d) => { text += d; });
      res.on('end', mustCall(() => {
        assert.strictEqual(text, answers[path][1], path);
        if (path === '/chunks') assert.deepStrictEqual({ ...res.trailers }, { 'x-t': '1' });
        if (--left === 0) server.close();
      }));
    })).end();
  }
});
