'use strict';
// Modules of old, and modules of which gonode has the name and the harmless half.
const { mustCall } = require('../common');
const assert = require('assert');

process.on('warning', mustCall((w) => assert.strictEqual(w.code, 'DEP0025')));
assert.strictEqual(require('sys'), require('util'));
const constants = require('constants');
assert.strictEqual(constants.O_RDONLY, 0);
assert.strictEqual(constants.SIGTERM, 15);
assert.strictEqual(constants.ENOENT, 2);
assert.ok(Object.isFrozen(constants));
assert.strictEqual(require('node:constants'), constants);

const http2 = require('http2');
assert.strictEqual(http2.constants.HTTP2_HEADER_PATH, ':path');
assert.strictEqual(http2.constants.NGHTTP2_CANCEL, 8);
assert.strictEqual(http2.constants.HTTP_STATUS_OK, 200);
assert.strictEqual(typeof http2.sensitiveHeaders, 'symbol');
assert.strictEqual(http2.connect.length, 3);
class Request extends http2.Http2ServerRequest {}
assert.strictEqual(Object.getPrototypeOf(Request), http2.Http2ServerRequest);

const threads = require('worker_threads');
assert.strictEqual(threads.isMainThread, true);
assert.strictEqual(threads.threadId, 0);
assert.strictEqual(threads.parentPort, null);
assert.strictEqual(threads.workerData, null);
assert.strictEqual(typeof threads.Worker, 'function');
