'use strict';
// Flag d, and what the properties of a regular expression show.
const assert = require('assert');

const m = /(?<year>\d{4})-(?<month>\d\d)(x)?/d.exec('on 2024-05');
assert.deepStrictEqual([...m.indices], [[3, 10], [3, 7], [8, 10], undefined]);
assert.deepStrictEqual({ ...m.indices.groups }, { year: [3, 7], month: [8, 10] });
assert.strictEqual(Object.getPrototypeOf(m.indices.groups), null);
assert.strictEqual(/a/d.exec('a').indices.groups, undefined);
assert.deepStrictEqual([.../😀(b)/du.exec('é😀b').indices], [[1, 4], [3, 4]]);
assert.deepStrictEqual([.../😀(b)/d.exec('é😀b').indices], [[1, 4], [3, 4]]);
assert.deepStrictEqual('ab'.match(/b/d).indices[0], [1, 2]);
assert.deepStrictEqual([...'abab'.matchAll(/b/dg)].map((x) => x.indices[0]), [[1, 2], [3, 4]]);
assert.strictEqual(/b/d.exec('a'), null);
assert.strictEqual('indices' in /a/.exec('a'), false);
assert.deepStrictEqual('a1b'.split(/(\d)/d), ['a', '1', 'b']);
assert.strictEqual('a1b'.replace(/\d/d, 'x'), 'axb');
const re = new RegExp('(?<=a)b', 'dgy');
re.lastIndex = 1;
assert.deepStrictEqual(re.exec('ab').indices[0], [1, 2]);
assert.deepStrictEqual([re.lastIndex, re.flags, re.hasIndices, /a/.hasIndices, RegExp.prototype.hasIndices], [2, 'dgy', true, false, undefined]);
assert.deepStrictEqual(new RegExp(/a/d).exec('a').indices[0], [0, 1]);

for (const [made, source] of [
  [/[/]/, '[/]'], [/a\/b/, 'a\\/b'], [new RegExp('a/b[/]'), 'a\\/b[/]'], [new RegExp('\n'), '\\n'], [/a$/m, 'a$'], [new RegExp(''), '(?:)'],
  [new RegExp('[/]\n'), '[/]\\n'], [new RegExp('', 'd'), '(?:)'],
]) {
  assert.strictEqual(made.source, source);
  assert.strictEqual(String(made), `/${source}/${made.flags}`);
  assert.strictEqual(new RegExp(made.source, made.flags).source, source);
}
// The ends of lines are the same to literals and to the constructor.
assert.deepStrictEqual('a\r\nb\u2028'.match(/\w$/gm), ['a', 'b']);
assert.deepStrictEqual('a\r\nb\u2028'.match(new RegExp('\\w$', 'gm')), ['a', 'b']);
const compiled = /x/;
compiled.compile('[/]$', 'm');
assert.deepStrictEqual([compiled.source, compiled.test('/\r')], ['[/]$', true]);
