'use strict';
// A head that is made already is not made again, and an agent without its objects throws.
const common = require('../common');
const assert = require('assert');
const http = require('http');

const res = new http.ServerResponse({ method: 'GET' });
res._implicitHeader();
assert.throws(() => res._implicitHeader(), {
  code: 'ERR_HTTP_HEADERS_SENT', message: 'Cannot write headers after they are sent to the client',
});

const req = http.request({ agent: { addRequest: common.mustCall() } });
req._implicitHeader();
assert.throws(() => req._implicitHeader(), {
  code: 'ERR_HTTP_HEADERS_SENT', message: 'Cannot render headers after they are sent to the client',
});

const agent = new http.Agent();
agent.sockets = undefined;
assert.throws(() => agent.addRequest(req, { host: '127.0.0.1', port: 1 }), TypeError);
