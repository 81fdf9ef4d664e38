'use strict';
// A request and a response work through what a program puts before them: a Proxy, an object that inherits
// from them, other prototypes; also timers.
const { mustCall, listen } = require('../common');
const assert = require('assert');
const http = require('http');

const handlers = {
  '/proxy'(req, res) {
    const seen = new Proxy(req, {});
    const out = new Proxy(new Proxy(res, { get: (target, name, receiver) => Reflect.get(target, name, receiver) }), {});
    assert.strictEqual(seen.method, 'GET');
    assert.strictEqual(seen.headers['x-a'], 'b');
    out.setHeader('X-B', seen.url);
    assert.strictEqual(res.getHeader('x-b'), '/proxy');
    out.statusCode = 201;
    res.end(`${out instanceof http.ServerResponse} ${out.headersSent}`);
  },
  '/inherits'(req, res) {
    const out = Object.create(Object.create(res));
    out.end = function(text) { return res.end(`mine: ${text}`); };
    assert.strictEqual(Object.create(req).headers.host, req.headers.host);
    res.setHeader('X-B', 'inherits');
    out.end('x');
  },
  '/prototypes'(req, res) {
    // As Express does.
    const request = Object.create(http.IncomingMessage.prototype, { query: { value: 'q' } });
    const response = Object.create(http.ServerResponse.prototype, {
      send: { value(text) { return this.end(`sent: ${text}`); } },
    });
    Object.setPrototypeOf(req, request);
    Object.setPrototypeOf(res, response);
    assert.strictEqual(req.query, 'q');
    assert.strictEqual(req.headers['x-a'], 'b');
    res.setHeader('X-B', 'prototypes');
    req.on('end', mustCall(() => res.send(req.method))).resume();
  },
  '/fields'(req, res) {
    const mark = Symbol('mark');
    req[mark] = res[mark] = 1;
    req.url = '/else';
    req.user = { name: 'u' };
    delete req.method;
    res.locals = {};
    const keys = Object.keys(req);
    assert.ok(keys.includes('url') && keys.includes('user') && !keys.includes('method'));
    assert.strictEqual({ ...req }.url, '/else');
    assert.ok(Object.getOwnPropertySymbols(res).includes(mark));
    for (const name in req) if (name === 'url') delete req[name];
    assert.strictEqual('url' in req, false);
    res.setHeader('X-B', 'fields');
    res.end('done');
  },
};

const server = http.createServer(mustCall((req, res) => {
  assert.ok('url' in req && 'method' in req); // another request's are untouched
  handlers[req.url](req, res);
}, 8));

listen(server, mustCall(async (port) => {
  const answers = [];
  for (const path of [...Object.keys(handlers), ...Object.keys(handlers)]) {
    answers.push(await new Promise((resolve, reject) => {
      http.get({ port, host: '127.0.0.1', path, headers: { 'X-A': 'b' } }, (res) => {
        let text = `${res.statusCode} ${res.headers['x-b']} `;
        res.setEncoding('utf8').on('data', (s) => { text += s; }).on('end', () => resolve(text));
      }).on('error', reject);
    }));
  }
  const each = ['201 /proxy true false', '200 inherits mine: x', '200 prototypes sent: GET', '200 fields done'];
  assert.deepStrictEqual(answers, [...each, ...each]);
  server.close();
}));

const timer = setTimeout(mustCall(), 1);
assert.strictEqual(Object.create(timer).hasRef(), true);
timer.mine = 1;
assert.strictEqual(timer.mine, 1);
