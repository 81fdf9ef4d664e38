// In a circle of modules a property that is not there yet is told of; what is there is not.
const { mustCall, tmp } = require('../common');
const assert = require('assert');
const fs = require('fs');
const path = require('path');

fs.mkdirSync(tmp('circle'));
const dir = fs.realpathSync(tmp('circle'));
fs.writeFileSync(path.join(dir, 'a.js'), 'exports.early = 1; require("./b"); exports.late = 2;');
fs.writeFileSync(path.join(dir, 'b.js'), 'const a = require("./a"); exports.seen = [a.early, a.late, a.__esModule, a.toString === {}.toString]; a[Symbol("s")]');
const said = [];
process.on('warning', (w) => said.push(w.name + ': ' + w.message));
const a = require(path.join(dir, 'a.js'));
assert.deepStrictEqual(require(path.join(dir, 'b.js')).seen, [1, undefined, undefined, true]);
assert.strictEqual(Object.getPrototypeOf(a), Object.prototype);
assert.deepStrictEqual(a, { early: 1, late: 2 });
setImmediate(mustCall(() => assert.deepStrictEqual(said, [
  "Warning: Accessing non-existent property 'late' of module exports inside circular dependency",
  "Warning: Accessing non-existent property 'Symbol(s)' of module exports inside circular dependency",
])));
