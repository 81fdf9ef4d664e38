'use strict';
// Whatever stands behind an object's own keys, symbols too, can be asked for its type, compared,
// copied and printed: deep copies and inspectors do all of that.
const assert = require('assert');
const EventEmitter = require('events');
const { Readable, PassThrough } = require('stream');
const http = require('http');
const net = require('net');
const util = require('util');

for (const o of [new EventEmitter(), new Readable(), new PassThrough(), new net.Socket(), http.createServer(), new http.Agent()]) {
  for (const key of Reflect.ownKeys(o)) {
    const value = o[key];
    assert.ok(['undefined', 'object', 'boolean', 'number', 'string', 'function', 'symbol', 'bigint'].includes(typeof value));
    assert.strictEqual(typeof util.inspect(value), 'string');
    assert.strictEqual(value === value, true);
  }
  const copy = Object.assign({}, o);
  for (const key of Reflect.ownKeys(copy)) typeof copy[key];
}
