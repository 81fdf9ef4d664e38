'use strict';
// Over a stream that is no socket both directions wait for the reader.
const { mustCall, mustCallAtLeast, duplexPair } = require('../common');
const assert = require('assert');
const http = require('http');

// Ten turns of the loop: time enough to move all there is.
const later = (fn, turns = 10) => setImmediate(() => turns ? later(fn, turns - 1) : fn());

// A response nobody reads stops its writer; reading it brings 'drain'.
{
  const [near, far] = duplexPair();
  const total = 1 << 20;
  let sent = 0;
  const server = http.createServer(mustCall((req, res) => {
    const piece = Buffer.alloc(10000, 'x');
    res.writeHead(200, { 'Content-Length': total });
    const more = () => {
      while (sent < total) {
        const n = Math.min(piece.length, total - sent);
        sent += n;
        if (!res.write(piece.subarray(0, n))) break;
      }
      if (sent === total) res.end();
    };
    res.on('drain', mustCallAtLeast(more));
    more();
    later(mustCall(() => {
      assert(sent < 100000, `${sent} bytes written to a stream that nobody reads`);
      let got = 0;
      near.on('data', (d) => { got += d.length; });
      near.on('end', mustCall(() => assert(got > total)));
    }));
  }));
  server.emit('connection', far);
  near.write('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
}

// A request body nobody reads stops the client.
{
  const [near, far] = duplexPair();
  const total = 1 << 20;
  const server = http.createServer(mustCall((req, res) => {
    later(mustCall(() => {
      assert(near.writableLength > total / 2, 'the body was read although nobody wanted it');
      let got = 0;
      req.on('data', (d) => { got += d.length; });
      req.on('end', mustCall(() => res.end(String(got))));
    }));
  }));
  server.emit('connection', far);
  near.write(`POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: ${total}\r\n\r\n`);
  for (let i = 0; i < 64; i++) near.write(Buffer.alloc(total / 64));
  let text = '';
  near.on('data', (d) => { text += d; });
  near.on('end', mustCall(() => assert(text.endsWith(String(total)), text)));
}
