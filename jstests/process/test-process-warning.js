'use strict';
const { mustCall } = require('../common');
const assert = require('assert');

process.removeAllListeners('warning'); // the one that prints
const seen = [];
process.on('warning', mustCall((w) => seen.push(`${w.name} ${w.code} ${w.message}`), 3));
process.emitWarning('plain');
process.emitWarning('typed', 'CustomWarning', 'C1');
process.emitWarning('options', { type: 'Other', code: 'C2', detail: 'more' });
assert.deepStrictEqual(seen, []);
process.on('exit', () => assert.deepStrictEqual(seen, ['Warning undefined plain', 'CustomWarning C1 typed', 'Other C2 options']));
