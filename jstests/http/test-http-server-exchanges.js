'use strict';
// Exchanges in one packet each way: what the listeners are told and what the client gets.
const { mustCall, listen, exchange } = require('../common');
const assert = require('assert');
const http = require('http');
const { Readable } = require('stream');

const get = 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n';
const post = 'POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n';

// run serves handler, sends input, and compares what was told and what came back, without Date.
function run({ options = {}, setup, handler, input, told = [], wire }) {
  const log = [];
  const tell = (...args) => log.push(args.join(' '));
  const server = http.createServer(options, (req, res) => handler(req, res, tell));
  if (setup) setup(server, tell);
  listen(server, (port) => {
    exchange(port, input, mustCall((text) => {
      server.close(mustCall(() => {
        assert.deepStrictEqual(log, told);
        const got = text.replace(/Date: [^\r]*GMT\r\n/g, '');
        if (wire instanceof RegExp) assert.match(got, wire);
        else assert.strictEqual(got, wire);
      }));
    }));
  });
}

// Expectations.
run({
  input: get + 'Expect: tea\r\n\r\n', wire: /^HTTP\/1\.1 417 Expectation Failed\r\n/,
});
run({
  setup: (s, tell) => s.on('checkExpectation', (req, res) => { tell('asked', req.headers.expect); res.end('ok'); }),
  input: get + 'Expect: tea\r\n\r\n', told: ['asked tea'],
  wire: 'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok',
});
run({
  setup: (s, tell) => s.on('checkContinue', (req, res) => {
    tell('asked');
    res.writeContinue(mustCall());
    req.on('data', (d) => tell('body', d)).on('end', () => res.end('ok'));
  }),
  input: post + 'Content-Length: 2\r\nExpect: 100-continue\r\n\r\nab', told: ['asked', 'body ab'],
  wire: 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok',
});
run({
  setup: (s) => s.on('checkContinue', (req, res) => res.writeHead(417).end()),
  input: 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\nab',
  wire: 'HTTP/1.1 417 Expectation Failed\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
});
run({
  handler: (req, res) => { req.resume().on('end', () => res.end('ok')); },
  input: post + 'Content-Length: 2\r\nExpect: 100-continue\r\n\r\nab',
  wire: 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok',
});

// Callbacks and events of the response, among ticks and immediates.
run({
  handler: (req, res, tell) => {
    res.write('a', () => tell('a'));
    res.write('b', 'latin1', () => tell('b'));
    res.on('finish', () => tell('finish'));
    res.on('close', () => tell('close'));
    res.end('c', () => tell('ended'));
    process.nextTick(() => tell('tick'));
  },
  input: get + '\r\n', told: ['a', 'b', 'finish', 'ended', 'tick', 'close'],
  wire: /\r\n\r\n1\r\na\r\n1\r\nb\r\n1\r\nc\r\n0\r\n\r\n$/,
});

// A stream that is piped in.
run({
  handler: (req, res, tell) => {
    const source = Readable.from(['ab', 'cd']);
    for (const e of ['pipe', 'unpipe']) res.on(e, (from) => tell(e, from === source));
    res.on('finish', () => tell('finish'));
    source.pipe(res);
  },
  input: get + '\r\n', told: ['pipe true', 'finish', 'unpipe true'],
  wire: /\r\n\r\n2\r\nab\r\n2\r\ncd\r\n0\r\n\r\n$/,
});

// No body where there is none.
run({
  handler: (req, res, tell) => { tell(res.write('abc')); res.end('x'); },
  input: get.replace('GET', 'HEAD') + '\r\n', told: ['true'],
  wire: 'HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n',
});
for (const status of [204, 304]) {
  run({
    handler: (req, res, tell) => { res.writeHead(status); tell(res.write('abc')); res.end('x'); },
    input: get + '\r\n', told: ['true'],
    wire: `HTTP/1.1 ${status} ${http.STATUS_CODES[status]}\r\nConnection: close\r\n\r\n`,
  });
}
run({
  options: { rejectNonStandardBodyWrites: true },
  handler: (req, res, tell) => {
    res.writeHead(204);
    try { res.write('abc'); } catch (e) { tell(e.code, e.message); }
    res.end();
  },
  input: get + '\r\n',
  told: ['ERR_HTTP_BODY_NOT_ALLOWED Adding content for this request method or response status is not allowed.'],
  wire: 'HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n',
});

// Content-Length counts bytes.
run({
  handler: (req, res) => res.end('\u00e9\u20ac'), input: get + '\r\n',
  wire: 'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\n\xc3\xa9\xe2\x82\xac',
});

// Bytes above 127 in fields are latin1, both ways.
run({
  handler: (req, res, tell) => { tell(req.headers['x-a'] === '\u00e9', req.rawHeaders[5] === '\u00e9'); res.setHeader('X-B', '\u00e9'); res.end(); },
  input: Buffer.from(get + 'X-A: \xe9\r\n\r\n', 'latin1'), told: ['true true'],
  wire: 'HTTP/1.1 200 OK\r\nX-B: \xe9\r\nConnection: close\r\nContent-Length: 0\r\n\r\n',
});

// How repeated fields join.
run({
  handler: (req, res, tell) => {
    const { host, connection, ...rest } = req.headers;
    tell(JSON.stringify(rest));
    tell(JSON.stringify(req.headersDistinct.age), JSON.stringify(req.headersDistinct.cookie));
    res.end();
  },
  input: get + 'Cookie: a\r\nCookie: b\r\nSet-Cookie: c\r\nSet-Cookie: d\r\nX: 1\r\nX: 2\r\nContent-Type: e\r\nContent-Type: f\r\n' +
    'Age: 1\r\nAge: 2\r\nAuthorization: g\r\nAuthorization: h\r\n\r\n',
  told: ['{"cookie":"a; b","set-cookie":["c","d"],"x":"1, 2","content-type":"e","age":"1","authorization":"g"}', '["1","2"] ["a","b"]'],
  wire: 'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n',
});

// A body that nobody reads is passed over, however large.
run({
  handler: (req, res, tell) => { tell(req.url); res.end('x'); },
  input: 'POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 200000\r\n\r\n' + 'x'.repeat(200000) + get.replace('/', '/2') + '\r\n',
  told: ['/1', '/2'],
  wire: /^HTTP\/1\.1 200 OK\r\nConnection: keep-alive\r\nKeep-Alive: timeout=5\r\nContent-Length: 1\r\n\r\nxHTTP\/1\.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx$/,
});

// More requests than a connection may make.
run({
  setup: (s, tell) => {
    s.maxRequestsPerSocket = 2;
    s.on('dropRequest', (req, socket) => tell('dropped', req.url, socket === req.socket));
  },
  handler: (req, res, tell) => { tell(req.url, res.maxRequestsOnConnectionReached); res.end(); },
  input: ['/1', '/2'].map((u) => `GET ${u} HTTP/1.1\r\nHost: a\r\n\r\n`).join('') + get.replace('/', '/3') + '\r\n',
  told: ['/1 false', '/2 true', 'dropped /3 true'],
  wire: /^HTTP\/1\.1 200 [^]*max=2\r\n[^]*HTTP\/1\.1 200 OK\r\nConnection: close\r\n[^]*HTTP\/1\.1 503 /,
});
