'use strict';
// A domain without listeners catches nothing, and with a capture callback there are no domains.
const { mustCall } = require('../common');
const assert = require('assert');

process.setUncaughtExceptionCaptureCallback(() => {});
assert.throws(() => require('domain'), { code: 'ERR_DOMAIN_CALLBACK_NOT_AVAILABLE' });
process.setUncaughtExceptionCaptureCallback(null);
const domain = require('domain');

const d = domain.create();
process.once('uncaughtException', mustCall((err) => assert.strictEqual(err.message, 'unheard')));
d.run(() => setImmediate(() => { throw new Error('unheard'); }));
