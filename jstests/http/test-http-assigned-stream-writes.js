'use strict';
// A response given to a stream ends, after a body given whole, with an empty write: its callback is
// when the response has finished.
const { mustCall } = require('../common');
const assert = require('assert');
const http = require('http');
const { Writable } = require('stream');

const res = new http.ServerResponse({ method: 'GET', httpVersionMajor: 1, httpVersionMinor: 1 });
const pieces = [];
let finished = false;
const stream = new Writable({
  write: mustCall((chunk, encoding, callback) => {
    pieces.push(String(chunk));
    assert.strictEqual(finished, false);
    setImmediate(callback);
  }, 2),
});
res.assignSocket(stream);
res.on('finish', mustCall(() => {
  finished = true;
  assert.match(pieces[0], /\r\n\r\nhello$/);
  assert.strictEqual(pieces[1], '');
}));
res.end('hello');
