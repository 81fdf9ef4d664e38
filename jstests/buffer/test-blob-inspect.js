'use strict';
// Blob and File show their size, type, name and time.
require('../common');
const assert = require('assert');
const { inspect } = require('util');
const { Blob, File } = require('buffer');

const blob = new Blob(['a'], { type: 'x/y' });
assert.strictEqual(inspect(blob), "Blob { size: 1, type: 'x/y' }");
assert.strictEqual(inspect({ a: { b: blob } }, { depth: 2 }), "{ a: { b: Blob { size: 1, type: 'x/y' } } }");
assert.strictEqual(inspect(new File(['a'], 'n', { lastModified: 5 })), "File { size: 1, type: '', name: 'n', lastModified: 5 }");
