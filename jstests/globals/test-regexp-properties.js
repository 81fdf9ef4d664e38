'use strict';
// Properties of characters in regular expressions with flag u.
const assert = require('assert');

for (const [name, yes, no] of [
  ['L', 'aé漢', '1 '], ['Letter', 'a', '1'], ['gc=Lu', 'AÉ', 'aé'], ['General_Category=Uppercase_Letter', 'A', 'a'],
  ['Script=Greek', 'Ω', 'a'], ['sc=Grek', 'Ω', 'a'], ['Script_Extensions=Greek', 'Ω\u0342', 'a'], ['scx=Han', '漢、', 'a'],
  ['ASCII', 'a', 'é'], ['Any', 'a' + String.fromCodePoint(0x10ffff), ''], ['Assigned', 'a', '\u0378'], ['ID_Start', 'a漢', '1$'], ['ID_Continue', 'a1_', '-$'],
  ['White_Space', ' \u2028', 'a'], ['Emoji', '😀1', 'a'], ['Emoji_Presentation', '😀', '1'], ['Extended_Pictographic', '☎', 'a'],
  ['Default_Ignorable_Code_Point', '\u200b', 'a'], ['Lowercase', 'aª', 'A'], ['Upper', 'AⅠ', 'a'], ['RI', '🇩', 'D'], ['P', '.«', 'a'],
]) {
  for (const c of yes) {
    assert.ok(new RegExp(`^\\p{${name}}$`, 'u').test(c), name + c);
    assert.ok(new RegExp(`^[^\\P{${name}}]$`, 'u').test(c), name + c);
    assert.ok(!new RegExp(`\\P{${name}}`, 'u').test(c), name + c);
    assert.ok(!new RegExp(`[^\\p{${name}}]`, 'u').test(c), name + c);
  }
  for (const c of no) {
    assert.ok(!new RegExp(`[-\\p{${name}}-]`, 'u').test(c.replace('-', '')), name + c);
    assert.ok(new RegExp(`^\\P{${name}}$`, 'u').test(c), name + c);
  }
}
assert.deepStrictEqual('Élan vital, ça va'.match(/\p{L}+/gu), ['Élan', 'vital', 'ça', 'va']);
assert.strictEqual('x=a_1$b'.replace(/[$_\p{ID_Continue}]+/gu, 'i'), 'i=i');
assert.ok(/^\p{Lu}$/iu.test('a') && /^\P{Lu}$/iu.test('A'));
assert.strictEqual(/\p{L}/u.source, '\\p{L}');
assert.strictEqual(/\p{L}/gu.flags, 'gu');
// Without flag u it is a letter.
assert.ok(/^\p{L}$/.test('p{L}') && /^[\P]$/.test('P') && !/\p{L}/.test('é'));
assert.deepStrictEqual('éPé'.split(/[\P]/), ['é', 'é']);

// From the scanner of JavaScript that many packages have.
const scanner = /\/(?![*\/])(?:\[(?:[^\]\\\n\r\u2028\u2029]+|\\.)*\]?|[^\/[\\\n\r\u2028\u2029]+|\\.)*(\/[$_\u200C\u200D\p{ID_Continue}]*|\\)?/yu;
assert.strictEqual(scanner.exec('/a[/]b/gé + 1')[0], '/a[/]b/gé');
assert.strictEqual(scanner.lastIndex, 9);

assert.strictEqual(/[^]/u.exec('\u{e0001}').index, 0);
assert.strictEqual(/[]/u.exec('\u{e0001}'), null);
assert.strictEqual(/(?<word>\w)/u.exec('éa').groups.word, 'a');
for (const name of ['foo', 'Script=foo', 'lu', 'Other_Math', 'L=', '', 'Block=Greek']) {
  assert.throws(() => new RegExp(`\\p{${name}}`, 'u'), { name: 'SyntaxError', message: `Invalid regular expression: /\\p{${name}}/u: Invalid property name` });
}
