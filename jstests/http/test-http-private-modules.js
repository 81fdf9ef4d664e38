'use strict';
// The files of Node's http that programs require by name.
require('../common');
const assert = require('assert');
const http = require('http');

const common = require('_http_common');
assert.strictEqual(common._checkIsHttpToken('X-A'), true);
assert.strictEqual(common._checkIsHttpToken('X A'), false);
assert.strictEqual(common._checkIsHttpToken(''), false);
assert.strictEqual(common._checkInvalidHeaderChar('a\tb\u00e9'), false);
assert.strictEqual(common._checkInvalidHeaderChar('a\r\nb'), true);
assert.strictEqual(common._checkInvalidHeaderChar('\u3042'), true);
assert.strictEqual(common.chunkExpression.test('gzip, Chunked'), true);
assert.strictEqual(common.chunkExpression.test('xchunked'), false);
assert.strictEqual(common.continueExpression.test('100-Continue'), true);
assert.strictEqual(common.CRLF, '\r\n');
assert.deepStrictEqual(common.methods.slice().sort(), http.METHODS);
http.setMaxIdleHTTPParsers(7);
assert.strictEqual(common.parsers.max, 7);

assert.strictEqual(require('_http_agent').Agent, http.Agent);
assert.strictEqual(require('_http_agent').globalAgent, http.globalAgent);
assert.strictEqual(require('_http_client').ClientRequest, http.ClientRequest);
assert.strictEqual(require('_http_incoming').IncomingMessage, http.IncomingMessage);

const outgoing = require('_http_outgoing');
assert.strictEqual(outgoing.OutgoingMessage, http.OutgoingMessage);
assert.throws(() => outgoing.validateHeaderName('a b'), { code: 'ERR_INVALID_HTTP_TOKEN' });
assert.deepStrictEqual([...outgoing.parseUniqueHeadersOption(['A', 'b-C'])], ['a', 'b-c']);
assert.strictEqual(outgoing.parseUniqueHeadersOption('x'), null);
assert.strictEqual(new http.OutgoingMessage()[outgoing.kHighWaterMark], 16384);

const server = require('_http_server');
assert.strictEqual(server.Server, http.Server);
assert.strictEqual(server.ServerResponse, http.ServerResponse);
assert.strictEqual(server.STATUS_CODES, http.STATUS_CODES);
assert.strictEqual(server._connectionListener, require('http')._connectionListener);
class Own extends http.ServerResponse {}
assert.strictEqual(http.createServer({ ServerResponse: Own })[server.kServerResponse], Own);
assert.strictEqual(http.createServer()[common.kIncomingMessage], http.IncomingMessage);
