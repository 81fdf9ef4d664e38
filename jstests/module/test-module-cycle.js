'use strict';
const assert = require('assert');

// In a cycle a module sees the exports the other has made so far.
const a = require('./fixtures/cycle-a');
assert.deepStrictEqual(a, { early: true, late: true, seen: { fromA: { early: true } } });
