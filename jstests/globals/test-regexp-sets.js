'use strict';
// Regular expressions with flag v: classes with operators, and properties of strings.
const assert = require('assert');

assert.deepStrictEqual('a1b2c'.match(/[[a-z]--[b]]/gv), ['a', 'c']);
assert.deepStrictEqual('aB1_'.match(/[\w&&[^a-z]&&\D]/gv), ['B', '_']);
assert.deepStrictEqual('abcdx'.match(/[\q{abc|d}x]/gv), ['abc', 'd', 'x']);
assert.strictEqual(/^[\q{|a}]$/v.test(''), true);
assert.strictEqual(/[[a-c][0-9]]+/v.exec('xb2c-')[0], 'b2c');
assert.strictEqual(/[^[a-c]]/v.exec('abcd')[0], 'd');
assert.strictEqual(/[^\P{Lu}]/iv.test('a'), true);
assert.strictEqual(/[k]/iv.test('\u212a'), true);
assert.strictEqual(/[\p{L}--[a-z]]/v.test('a'), false);
assert.strictEqual(/[\p{L}--[a-z]]/v.test('é'), true);

const emoji = /^\p{RGI_Emoji}$/v;
for (const s of ['😀', '☎️', '1️⃣', '🇩🇪', '👍🏽', '👨‍👩‍👧', '🏴󠁧󠁢󠁥󠁮󠁧󠁿']) assert.ok(emoji.test(s), s);
for (const s of ['a', '1', '☎', '🇩', '🇽🇽', '😀😀', '']) assert.ok(!emoji.test(s), s);
assert.deepStrictEqual('a🇩🇪👍🏽b'.match(/\p{RGI_Emoji}/gv), ['🇩🇪', '👍🏽']);
assert.strictEqual(/^[\p{RGI_Emoji}--\p{RGI_Emoji_Flag_Sequence}]$/v.test('🇩🇪'), false);
assert.strictEqual(/^[\p{Emoji_Keycap_Sequence}a]$/v.test('#️⃣'), true);
// What string-width asks.
assert.strictEqual(/[^\p{Default_Ignorable_Code_Point}\p{Control}\p{Format}\p{Nonspacing_Mark}\p{Enclosing_Mark}\p{Surrogate}]/v.test('\u0301\u200b\ufe0f\0'), false);

const re = /[a--b]\//gv;
assert.strictEqual(re.source, '[a--b]\\/');
assert.strictEqual(re.flags, 'gv');
assert.strictEqual(String(re), '/[a--b]\\//gv');
assert.strictEqual(require('util').inspect(re), '/[a--b]\\//gv');
assert.strictEqual(re.unicodeSets, true);
assert.strictEqual(/a/u.unicodeSets, false);
assert.strictEqual(RegExp.prototype.unicodeSets, undefined);
assert.strictEqual(String(new RegExp(re)), String(re));
assert.notStrictEqual(new RegExp(re), re);
assert.strictEqual(String(new RegExp(re, 'v')), '/[a--b]\\//v');
assert.strictEqual(new RegExp(/\p{L}/v, 'u').flags, 'u');
assert.strictEqual(String(structuredClone(re)), String(re));
assert.strictEqual(String(require('v8').deserialize(require('v8').serialize(re))), String(re));
assert.deepStrictEqual(re, new RegExp('[a--b]\\/', 'vg'));

assert.deepStrictEqual('a1b2c'.split(/\p{Nd}/v), ['a', 'b', 'c']);
assert.strictEqual('a1b2c'.replace(/(?<n>\p{Nd})/gv, '<$<n>>'), 'a<1>b<2>c');
assert.strictEqual('ab1'.search(/\p{Nd}/v), 2);
assert.deepStrictEqual([...'a1b2c'.matchAll(/\p{Nd}/gv)].map((m) => m.index), [1, 3]);
const sticky = /\p{L}/vy;
assert.deepStrictEqual([sticky.test('a1'), sticky.lastIndex, sticky.test('a1'), sticky.lastIndex], [true, 1, false, 0]);

class Sub extends RegExp {}
const sub = new Sub('[a--b]', 'v');
assert.ok(sub instanceof Sub && sub instanceof RegExp && sub.test('a'));
assert.strictEqual(/a/.constructor, RegExp);
assert.strictEqual(RegExp[Symbol.species], RegExp);

for (const [source, flags, reason] of [
  ['[a', 'v', 'Unterminated character class'],
  ['[^\\p{RGI_Emoji}]', 'v', 'Negated character class may contain strings'],
  ['\\P{RGI_Emoji}', 'v', 'Invalid property name'],
  ['[a--b&&c]', 'v', 'Invalid set operation in character class'],
  ['[(]', 'v', 'Invalid character in character class'],
]) {
  assert.throws(() => new RegExp(source, flags), { name: 'SyntaxError', message: `Invalid regular expression: /${source}/${flags}: ${reason}` });
}
assert.throws(() => new RegExp('a', 'uv'), { name: 'SyntaxError', message: "Invalid flags supplied to RegExp constructor 'uv'" });

// Empty matches go on by whole characters.
assert.deepStrictEqual([...'a😀b'.matchAll(/x?/gv)].map((m) => m.index), [0, 1, 3, 4]);
assert.strictEqual('a😀b'.replace(/x?/dgv, '-'), '-a-😀-b-');
