'use strict';
// What push and unshift get for an encoding that is no string stands for UTF-8: forEach hands on an index.
const common = require('../common');
const assert = require('assert');
const { Readable } = require('stream');

const r = new Readable({ read() {} });
['ä', 'b', 'c'].forEach(r.push, r);
r.push('d', {});
r.unshift('0', 5);
r.push(null);
let text = '';
r.on('data', (d) => { text += d; });
r.on('end', common.mustCall(() => assert.strictEqual(text, '0äbcd')));
assert.throws(() => new Readable({ read() {} }).push('q', 'nope'), { code: 'ERR_UNKNOWN_ENCODING', message: 'Unknown encoding: nope' });
