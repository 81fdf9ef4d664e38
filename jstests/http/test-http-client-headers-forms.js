'use strict';
// headers as an object, an array of pairs and a flat array; repeated, unique and joined fields.
const { mustCall, listen } = require('../common');
const assert = require('assert');
const http = require('http');

const server = http.createServer((req, res) => {
  res.setHeader('X-Twice', ['a', 'b']);
  res.setHeader('Set-Cookie', ['c=1', 'd=2']);
  res.setHeader('Age', ['1', '2']);
  res.end(JSON.stringify(req.rawHeaders));
});
listen(server, (port) => {
  let left = 0;
  const send = (options, want, check) => {
    left++;
    http.request({ port, host: '127.0.0.1', agent: false, ...options }, mustCall((res) => {
      let text = '';
      res.on('data', (d) => { text += d; }).on('end', mustCall(() => {
        assert.deepStrictEqual(JSON.parse(text).filter((s) => s !== `127.0.0.1:${port}`), want);
        if (check) check(res);
        if (--left === 0) server.close();
      }));
    })).end();
  };
  send({ headers: { 'X-Some': 1, 'X-List': ['a', 'b'] } }, ['X-Some', '1', 'X-List', 'a', 'X-List', 'b', 'Host', 'Connection', 'close'], (res) => {
    assert.strictEqual(res.headers['x-twice'], 'a, b');
    assert.deepStrictEqual(res.headers['set-cookie'], ['c=1', 'd=2']);
    assert.strictEqual(res.headers.age, '1');
    assert.deepStrictEqual(res.headersDistinct['x-twice'], ['a', 'b']);
  });
  send({ headers: [['Host', 'h'], ['X-A', '1'], ['x-a', '2']] }, ['Host', 'h', 'X-A', '1', 'x-a', '2', 'Connection', 'close']);
  send({ headers: ['Host', 'h', 'X-A', '1', 'x-a', '2'] }, ['Host', 'h', 'X-A', '1', 'x-a', '2', 'Connection', 'close']);
  send({ headers: { 'X-U': ['a', 'b'], Cookie: ['a=1', 'b=2'] }, uniqueHeaders: ['x-u'] },
    ['X-U', 'a; b', 'Cookie', 'a=1; b=2', 'Host', 'Connection', 'close']);
  send({ joinDuplicateHeaders: true }, ['Host', 'Connection', 'close'], (res) => assert.strictEqual(res.headers.age, '1, 2'));
  send({ headers: { Connection: 'keep-alive', 'Content-Length': 0 }, method: 'POST' }, ['Connection', 'keep-alive', 'Content-Length', '0', 'Host']);
});
