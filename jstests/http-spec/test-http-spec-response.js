'use strict';
// The sentences about responses.
const { mustCall, mustNotCall, listen, exchange } = require('../common');
const assert = require('assert');
const EventEmitter = require('events');
const http = require('http');
const net = require('net');

// Sends a request, handled by handler, and calls fn with the answer without its date.
function serve(handler, fn, version = '1.1', keepDate = false) {
  const server = http.createServer(mustCall(handler));
  listen(server, (port) => {
    exchange(port, `GET / HTTP/${version}\r\nHost: x\r\nConnection: close\r\n\r\n`, (out) => {
      server.close();
      fn(keepDate ? out : out.replace(/Date: .*\r\n/, ''));
    });
  });
}
const head = (out) => out.slice(0, out.indexOf('\r\n\r\n'));
const body = (out) => out.slice(out.indexOf('\r\n\r\n') + 4);

// spec: response.stream
serve((req, res) => {
  assert(res instanceof EventEmitter);
  for (const method of ['write', 'end', 'on', 'once', 'removeListener']) assert.strictEqual(typeof res[method], 'function');
  assert.strictEqual(res.writable, true);
  res.on('finish', mustCall());
  res.on('pipe', mustCall());
  const { Readable } = require('stream');
  const source = new Readable({ read() { this.push('piped'); this.push(null); } });
  source.pipe(res);
}, (out) => assert(body(out).includes('piped')));

// spec: response.writeHead.status, response.writeHead.headers, response.statusCode.after, response.headersSent
serve((req, res) => {
  assert.strictEqual(res.headersSent, false);
  res.writeHead(404, { 'X-A': 'b' });
  assert.strictEqual(res.statusCode, 404);
  res.end();
  assert.strictEqual(res.headersSent, true);
  assert.throws(() => { res.headersSent = false; }, TypeError);
  assert.strictEqual(res.headersSent, true);
}, (out) => assert(/^HTTP\/1\.1 404 Not Found\r\nX-A: b\r\n/.test(out)));

// spec: response.writeHead.reason
serve((req, res) => { res.writeHead(200, 'Just Fine', { 'X-A': 'b' }); res.end(); },
      (out) => assert(out.startsWith('HTTP/1.1 200 Just Fine\r\nX-A: b\r\n')));

// spec: response.writeHead.once
serve((req, res) => {
  res.writeHead(200);
  res.write('x');
  assert.throws(() => res.writeHead(201), Error);
  res.end();
}, (out) => assert(out.startsWith('HTTP/1.1 200 OK\r\n')));

// spec: response.writeHead.before-end
serve((req, res) => { res.end(); assert.throws(() => res.writeHead(200), Error); }, (out) => assert(out.startsWith('HTTP/1.1 200')));

// spec: response.writeHead.implicit, response.write.implicit, response.statusCode.implicit
for (const way of ['write', 'end']) {
  serve((req, res) => {
    res.statusCode = 404;
    res.setHeader('X-A', 'b');
    const real = res.writeHead;
    res.writeHead = mustCall(function(code) {
      assert.strictEqual(code, 404);
      return real.apply(res, arguments);
    });
    res[way]('x');
    if (way === 'write') res.end();
  }, (out) => assert(/^HTTP\/1\.1 404 Not Found\r\nX-A: b\r\n/.test(out)));
}

// spec: response.writeHead.bytes, response.writeHead.unchecked
serve((req, res) => { res.writeHead(200, { 'Content-Length': Buffer.byteLength('grün') }); res.end('grün'); },
      (out) => { assert(out.includes('Content-Length: 5\r\n')); assert.strictEqual(body(out).length, 5); });
serve((req, res) => { res.writeHead(200, { 'Content-Length': 3 }); res.end('hello'); }, (out) => assert.strictEqual(body(out), 'hello'));

// spec: response.setHeader.sets, response.setHeader.replaces, response.setHeader.array
// spec: response.getHeader.queued, response.getHeader.case, response.removeHeader
serve((req, res) => {
  res.setHeader('Content-Type', 'text/html');
  res.setHeader('content-type', 'text/plain');
  res.setHeader('Set-Cookie', ['type=ninja', 'language=javascript']);
  res.setHeader('Content-Encoding', 'x');
  assert.strictEqual(res.getHeader('CONTENT-Type'), 'text/plain');
  assert.deepStrictEqual(res.getHeader('set-cookie'), ['type=ninja', 'language=javascript']);
  res.removeHeader('content-ENCODING');
  assert.strictEqual(res.getHeader('Content-Encoding'), undefined);
  res.end();
}, (out) => {
  assert.deepStrictEqual(head(out).split('\r\n').slice(1, 4), ['content-type: text/plain', 'Set-Cookie: type=ninja', 'Set-Cookie: language=javascript']);
  assert(!/content-encoding/i.test(out));
});

// spec: response.sendDate.default
serve((req, res) => { assert.strictEqual(res.sendDate, true); res.end(); },
      (out) => assert.strictEqual(out.match(/^Date: \w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT\r$/gm).length, 1), '1.1', true);
serve((req, res) => { res.setHeader('date', 'mine'); res.end(); }, (out) => assert.deepStrictEqual(out.match(/^date: .*$/gim), ['date: mine']), '1.1', true);
// spec: response.sendDate.off
serve((req, res) => { res.sendDate = false; res.end(); }, (out) => assert(!/^date/im.test(out)), '1.1', true);

// spec: response.write.pieces, response.write.kinds, response.write.encoding, response.write.utf8, response.write.raw
serve((req, res) => {
  res.writeHead(200, { 'Content-Type': 'multipart/mixed; boundary=x' });
  res.write('ü');
  res.write('ü', 'latin1');
  res.write('fc', 'hex');
  res.write(Buffer.from([1, 2, 3]));
  res.end('--x--');
}, (out) => {
  assert.strictEqual(body(out), '2\r\n\xc3\xbc\r\n1\r\n\xfc\r\n1\r\n\xfc\r\n3\r\n\x01\x02\x03\r\n5\r\n--x--\r\n0\r\n\r\n');
});

// spec: response.write.first, response.write.second
{
  const server = http.createServer(mustCall((req, res) => {
    res.setHeader('X-A', 'b');
    assert.strictEqual(res.headersSent, false);
    res.write('first');
    req.once('go', mustCall(() => { res.write('second'); req.once('go', mustCall(() => res.end())); }));
    server.go = () => req.emit('go');
  }));
  listen(server, (port) => {
    const socket = net.connect(port, '127.0.0.1');
    const pieces = [];
    socket.on('data', (d) => {
      pieces.push(String(d));
      // A piece comes although nothing follows it yet.
      if (pieces.join('').endsWith('first\r\n') || pieces.join('').endsWith('second\r\n')) server.go();
    });
    socket.on('close', mustCall(() => {
      assert(pieces[0].startsWith('HTTP/1.1 200 OK\r\nX-A: b\r\n'), pieces[0]);
      assert(pieces[0].endsWith('\r\n\r\n5\r\nfirst\r\n'), pieces[0]); // head and piece at once
      assert.strictEqual(pieces[1], '6\r\nsecond\r\n');
      server.close();
    }));
    socket.write('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
  });
}

// spec: response.write.true, response.write.false, response.write.drain, general.streams
{
  const piece = Buffer.alloc(256 << 10);
  let waiting, sent = 0;
  const server = http.createServer(mustCall((req, res) => {
    assert.strictEqual(res.write('small'), true);
    // What a client that does not read lets wait is bounded: write says so.
    while (res.write(piece)) assert(++sent < 4000);
    res.once('drain', mustCall(() => { assert.strictEqual(waiting, false); res.end('end'); }));
    waiting = true;
    server.emit('stuck');
  }));
  listen(server, (port) => {
    const socket = net.connect(port, '127.0.0.1');
    socket.pause();
    server.once('stuck', mustCall(() => { waiting = false; socket.resume(); }));
    socket.on('close', mustCall(() => server.close()));
    socket.write('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
  });
}

// spec: response.addTrailers.adds, response.addTrailers.announced
serve((req, res) => {
  res.writeHead(200, { 'Content-Type': 'text/plain', 'Trailer': 'Content-MD5' });
  res.write('data');
  res.addTrailers({ 'Content-MD5': '7895bf4b8828b55ceaf47747b4bca667' });
  res.end();
}, (out) => {
  assert(head(out).includes('Trailer: Content-MD5'));
  assert(out.endsWith('\r\n4\r\ndata\r\n0\r\nContent-MD5: 7895bf4b8828b55ceaf47747b4bca667\r\n\r\n'), out);
});
// spec: response.addTrailers.chunked-only
serve((req, res) => { res.write('data'); res.addTrailers({ 'X-T': 'y' }); res.end(); },
      (out) => { assert(out.endsWith('\r\n\r\ndata'), out); assert(!out.includes('X-T')); }, '1.0');

// spec: response.end.completes, response.end.data
serve((req, res) => { res.write('a'); res.end('fc', 'hex'); }, (out) => assert.strictEqual(body(out), '1\r\na\r\n1\r\n\xfc\r\n0\r\n\r\n'));
// spec: response.end.needed
{
  let open;
  const server = http.createServer(mustCall((req, res) => { res.write('part'); open = res; }));
  listen(server, (port) => {
    http.get({ host: '127.0.0.1', port, agent: false }, mustCall((res) => {
      let ended = false;
      res.on('data', mustCall((d) => {
        assert.strictEqual(String(d), 'part');
        setImmediate(() => setImmediate(mustCall(() => {
          assert.strictEqual(ended, false);
          open.end();
        })));
      }));
      res.on('end', mustCall(() => { ended = true; server.close(); }));
    }));
  });
}

// spec: response.close
{
  const server = http.createServer(mustCall((req, res) => {
    res.write('part');
    res.on('close', mustCall(() => { assert.strictEqual(res.writableEnded, false); server.close(); }));
    res.on('finish', mustNotCall('finish'));
  }));
  listen(server, (port) => {
    const socket = net.connect(port, '127.0.0.1');
    socket.once('data', mustCall(() => socket.destroy()));
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  });
}

// spec: response.setTimeout.sets, response.setTimeout.callback, response.setTimeout.heard
serve((req, res) => {
  res.setTimeout(20, mustCall((socket) => {
    assert.strictEqual(socket, req.socket);
    assert.strictEqual(socket.destroyed, false);
    res.end('late');
  }));
  assert.strictEqual(res.listenerCount('timeout'), 1);
  assert.strictEqual(req.socket.timeout, 20);
}, (out) => assert(out.endsWith('late') || out.includes('late\r\n'), out));
// spec: response.setTimeout.unheard
serve((req, res) => { res.setTimeout(20); res.on('close', mustCall()); }, (out) => assert.strictEqual(out, ''));
