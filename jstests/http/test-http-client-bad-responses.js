'use strict';
// Responses that break the protocol, that end too early, or that nobody asked for.
const { mustCall, mustNotCall, listen } = require('../common');
const assert = require('assert');
const http = require('http');
const net = require('net');

const answers = {
  '/garbage': 'garbage\r\n\r\n',
  '/length-and-chunks': 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  '/overflow': `HTTP/1.1 200 OK\r\nX: ${'x'.repeat(20000)}\r\n\r\n`,
  '/small-overflow': `HTTP/1.1 200 OK\r\nX: ${'x'.repeat(600)}\r\n\r\n`,
  '/bad-chunk': 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nzz\r\n',
  '/nothing': '',
  '/half-head': 'HTTP/1.1 200 OK\r\nX-A: b\r\n',
  '/half-length': 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf',
  '/half-chunks': 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n',
};
const server = net.createServer((c) => {
  c.on('error', () => {});
  c.once('data', (d) => c.end(answers[/ (\S+) HTTP/.exec(d)[1]]));
});
let left = 0;
const done = () => { if (--left === 0) server.close(); };
listen(server, (port) => {
  const options = (path) => ({ port, host: '127.0.0.1', path, agent: false });
  const refused = (path, code, check, extra) => {
    left++;
    const req = http.get({ ...options(path), ...extra }, mustNotCall('response'));
    req.on('error', mustCall((err) => {
      assert.strictEqual(err.code, code, `${path}: ${err.message}`);
      if (check) check(err);
      if (code !== 'ECONNRESET') assert.strictEqual(req.socket.destroyed, true);
    }));
    req.on('close', mustCall(done));
  };
  refused('/garbage', 'HPE_INVALID_CONSTANT', (err) => {
    assert.strictEqual(err.message, 'Parse Error: Expected HTTP/, RTSP/ or ICE/');
    assert.strictEqual(err.reason, 'Expected HTTP/, RTSP/ or ICE/');
    assert.strictEqual(String(err.rawPacket), answers['/garbage']);
    assert.strictEqual(err.bytesParsed, 0);
  });
  refused('/overflow', 'HPE_HEADER_OVERFLOW');
  refused('/small-overflow', 'HPE_HEADER_OVERFLOW', null, { maxHeaderSize: 500 });
  refused('/nothing', 'ECONNRESET', (err) => assert.strictEqual(err.message, 'socket hang up'));
  refused('/half-head', 'ECONNRESET', (err) => assert.strictEqual(err.message, 'socket hang up'));

  // The head was good: the response tells.
  const aborted = (path, data) => {
    left++;
    const req = http.get(options(path), mustCall((res) => {
      let text = '';
      res.on('data', (d) => { text += d; });
      res.on('end', mustNotCall('end'));
      res.on('aborted', mustCall());
      res.on('error', mustCall((err) => {
        assert.strictEqual(err.code, 'ECONNRESET');
        assert.strictEqual(err.message, 'aborted');
      }));
      res.on('close', mustCall(() => {
        assert.strictEqual(text, data);
        assert.strictEqual(res.complete, false);
        assert.strictEqual(res.aborted, true);
        done();
      }));
    }));
    req.on('error', mustNotCall('error of the request'));
    req.on('close', mustCall());
  };
  aborted('/half-length', 'half');
  aborted('/half-chunks', 'half');

  // Broken in the middle: the request tells what, the response that it is over.
  left++;
  const req = http.get(options('/bad-chunk'), mustCall((res) => {
    res.resume();
    res.on('end', mustNotCall('end'));
    res.on('error', mustCall((err) => assert.strictEqual(err.code, 'ECONNRESET')));
    res.on('close', mustCall(done));
  }));
  req.on('error', mustCall((err) => assert.strictEqual(err.code, 'HPE_INVALID_CHUNK_SIZE')));

  // Without 'error' listeners on the response only the request's counts.
  left++;
  http.get(options('/half-length'), mustCall((res) => {
    res.resume().on('close', mustCall(done));
  })).on('error', mustNotCall('error of the request'));
});
