'use strict';
// The sentences about requests under way.
const { mustCall, mustNotCall, listen } = require('../common');
const assert = require('assert');
const http = require('http');
const net = require('net');

// Serves with handler and calls fn(options): those of a request to it. The server closes after n requests.
function serve(handler, fn, n = 1) {
  const server = http.createServer(mustCall((req, res) => { if (--n === 0) server.close(); handler(req, res); }, n));
  listen(server, (port) => fn({ host: '127.0.0.1', port, agent: false }));
}
// Reads the request as text and answers nothing in it.
const read = (fn) => (req, res) => {
  let text = '';
  req.setEncoding('latin1');
  req.on('data', (d) => { text += d; });
  req.on('end', mustCall(() => { fn(text, req); res.end(); }));
};

// spec: clientRequest.head-mutable, clientRequest.head-later
serve(read((text, req) => {
  assert.deepStrictEqual([req.headers['x-a'], req.headers['x-b']], ['two', undefined]);
}), (at) => {
  const req = http.request(Object.assign(at, { method: 'POST', headers: { 'X-A': 'one', 'X-B': 'gone' } }), mustCall((res) => res.resume()));
  req.on('socket', mustCall((so) => so.on('connect', mustCall(() => {
    // Connected, and nothing has left.
    assert.strictEqual(req.headersSent, false);
    assert.strictEqual(req.getHeader('x-a'), 'one');
    req.setHeader('X-A', 'two');
    req.removeHeader('X-B');
    req.write('body');
    assert.strictEqual(req.headersSent, true);
    assert.throws(() => req.setHeader('X-A', 'three'), Error);
    req.end();
  }))));
});

// spec: clientRequest.response.event, clientRequest.response.argument, clientRequest.response.data, clientRequest.response.once
serve((req, res) => { res.write('a'); res.end('b'); }, (at) => {
  const req = http.get(at);
  req.on('response', mustCall(function(res) {
    assert.strictEqual(arguments.length, 1);
    assert(res instanceof http.IncomingMessage);
    let text = '';
    res.on('data', (d) => { text += d; });
    res.on('end', mustCall(() => assert.strictEqual(text, 'ab')));
  }));
});

// spec: clientRequest.response.unheard
serve((req, res) => res.end(Buffer.alloc(1 << 20)), (at) => {
  http.get(at).on('close', mustCall());
});

// spec: clientRequest.response.consume, clientRequest.response.ways
for (const way of ['resume', 'data', 'read']) {
  serve((req, res) => res.end('body'), (at) => {
    http.get(at, mustCall((res) => {
      let ended = false;
      res.on('end', mustCall(() => { ended = true; }));
      setTimeout(mustCall(() => {
        assert.strictEqual(ended, false); // nobody has read yet
        if (way === 'resume') res.resume();
        if (way === 'data') res.on('data', mustCall());
        if (way === 'read') res.on('readable', () => { while (res.read() !== null); });
      }), 20);
    }));
  });
}

// spec: clientRequest.unchecked
{
  const server = net.createServer(mustCall((c) => {
    let text = '';
    c.on('data', (d) => { text += d; if (text.endsWith('\r\n\r\nhello')) { c.end(); server.close(); } });
  }));
  listen(server, (port) => {
    const req = http.request({ host: '127.0.0.1', port, method: 'POST', agent: false, headers: { 'Content-Length': 3 } });
    req.on('error', mustCall((err) => assert.strictEqual(err.code, 'ECONNRESET')));
    req.end('hello');
  });
}

// spec: clientRequest.socket
serve((req, res) => res.end(), (at) => {
  const req = http.get(at, mustCall((res) => res.resume()));
  assert(!req.socket);
  req.on('socket', mustCall((so) => { assert(so instanceof net.Socket); assert.strictEqual(req.socket, so); }));
});

// spec: clientRequest.connect.event, clientRequest.upgrade.event
for (const method of ['CONNECT', 'GET']) {
  const event = method === 'GET' ? 'upgrade' : 'connect';
  const server = http.createServer(mustNotCall('request'));
  server.on(event, mustCall((req, socket) => {
    socket.write(method === 'GET' ? 'HTTP/1.1 101 Go\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\nfirst' : 'HTTP/1.1 200 OK\r\n\r\nfirst');
    socket.on('data', (d) => socket.end(d));
    server.close();
  }));
  listen(server, (port) => {
    const req = http.request({ host: '127.0.0.1', port, method, path: method === 'GET' ? '/' : 'a:1', agent: false,
      headers: method === 'GET' ? { Connection: 'Upgrade', Upgrade: 'echo' } : {} }, mustNotCall('response'));
    req.on(event, mustCall((res, socket, head) => {
      assert.strictEqual(res.statusCode, method === 'GET' ? 101 : 200);
      assert(Buffer.isBuffer(head));
      let text = String(head);
      socket.on('data', (d) => { text += d; });
      socket.on('end', mustCall(() => assert.strictEqual(text, 'firstback')));
      socket.write('back');
    }));
    req.end();
  });
}

// spec: clientRequest.connect.unheard, clientRequest.upgrade.unheard
for (const method of ['CONNECT', 'GET']) {
  const server = net.createServer(mustCall((c) => {
    c.on('error', () => {});
    c.once('data', () => c.write(method === 'GET' ? 'HTTP/1.1 101 Go\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n' : 'HTTP/1.1 200 OK\r\n\r\n'));
    c.on('close', mustCall(() => server.close()));
  }));
  listen(server, (port) => {
    const req = http.request({ host: '127.0.0.1', port, method, path: method === 'GET' ? '/' : 'a:1', agent: false,
      headers: method === 'GET' ? { Connection: 'Upgrade', Upgrade: 'echo' } : {} });
    req.on('close', mustCall(() => assert.strictEqual(req.socket.destroyed, true)));
    req.on('error', () => {}); // a matter of versions
    req.end();
  });
}

// spec: clientRequest.write.pieces, clientRequest.write.kinds, clientRequest.write.encoding, clientRequest.end.data
serve(read((text) => assert.strictEqual(text, '\xc3\xbc\xfc\x01\xfc')), (at) => {
  const req = http.request(Object.assign(at, { method: 'POST' }), mustCall((res) => res.resume()));
  req.write('ü');
  req.write('ü', 'latin1');
  req.write(Buffer.from([1]));
  req.end('fc', 'hex');
});

// spec: clientRequest.end.flushes, clientRequest.end.chunked
{
  const server = net.createServer(mustCall((c) => {
    let text = '';
    c.on('data', (d) => {
      text += d;
      if (!text.endsWith('\r\n\r\n3\r\nabc\r\n0\r\n\r\n')) return;
      c.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
      server.close();
    });
  }));
  listen(server, (port) => {
    const req = http.request({ host: '127.0.0.1', port, method: 'POST', agent: false }, mustCall((res) => res.resume()));
    req.write('abc');
    req.end(); // before there is a connection
  });
}

// spec: clientRequest.abort
serve((req, res) => { res.on('close', mustCall()); res.write('part'); }, (at) => {
  const req = http.get(at, mustCall((res) => {
    res.on('error', () => {});
    res.once('data', mustCall(() => req.abort()));
    res.on('end', mustNotCall('end'));
    res.on('close', mustCall(() => assert.strictEqual(req.socket.destroyed, true)));
  }));
});

// spec: clientRequest.setTimeout, clientRequest.setNoDelay, clientRequest.setSocketKeepAlive
serve((req, res) => { req.on('close', mustCall()); }, (at) => {
  const calls = [];
  class Socket extends net.Socket {
    note(name, args) {
      // Node 20 hands the first two over early; the socket keeps them until it is connected.
      if (name === 'setTimeout') assert.strictEqual(this.connecting, false);
      calls.push(`${name} ${args.filter((a) => typeof a !== 'function')}`);
    }
    setNoDelay(...args) { this.note('setNoDelay', args); return super.setNoDelay(...args); }
    setKeepAlive(...args) { this.note('setKeepAlive', args); return super.setKeepAlive(...args); }
    setTimeout(...args) { this.note('setTimeout', args); return super.setTimeout(...args); }
  }
  at.createConnection = (options) => new Socket().connect(options.port, options.host);
  delete at.agent;
  const req = http.request(at, mustNotCall('response'));
  req.setNoDelay(true);
  req.setSocketKeepAlive(true, 3000);
  req.setTimeout(30, mustCall(() => {
    for (const call of ['setNoDelay true', 'setKeepAlive true,3000', 'setTimeout 30']) assert(calls.includes(call), String(calls));
    req.abort();
  }));
  req.on('error', mustCall((err) => assert.strictEqual(err.code, 'ECONNRESET')));
  req.end();
});
