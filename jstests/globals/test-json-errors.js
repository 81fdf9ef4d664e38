'use strict';
// What JSON.parse says of texts that are none.
const assert = require('assert');

for (const [text, message] of [
  ['', 'Unexpected end of JSON input'],
  [' ', 'Unexpected end of JSON input'],
  ['{', 'Expected property name or \'}\' in JSON at position 1'],
  ['{x', 'Expected property name or \'}\' in JSON at position 1'],
  ['[', 'Unexpected end of JSON input'],
  ['[1', 'Expected \',\' or \']\' after array element in JSON at position 2'],
  ['[1,', 'Unexpected end of JSON input'],
  ['[1,]', 'Unexpected token \']\', "[1,]" is not valid JSON'],
  ['[1 2]', 'Expected \',\' or \']\' after array element in JSON at position 3'],
  ['{"a"', 'Expected \':\' after property name in JSON at position 4'],
  ['{"a":', 'Unexpected end of JSON input'],
  ['{"a":1', 'Expected \',\' or \'}\' after property value in JSON at position 6'],
  ['{"a":1,', 'Expected double-quoted property name in JSON at position 7'],
  ['{"a":1,}', 'Expected double-quoted property name in JSON at position 7'],
  ['{"a" 1}', 'Expected \':\' after property name in JSON at position 5'],
  ['{,}', 'Expected property name or \'}\' in JSON at position 1'],
  ['{\'a\':1}', 'Expected property name or \'}\' in JSON at position 1'],
  ['x', 'Unexpected token \'x\', "x" is not valid JSON'],
  ['tru', 'Unexpected end of JSON input'],
  ['trux', 'Unexpected token \'x\', "trux" is not valid JSON'],
  ['true1', 'Unexpected non-whitespace character after JSON at position 4'],
  ['nul', 'Unexpected end of JSON input'],
  ['nu"l', 'Unexpected string in JSON at position 2'],
  ['fals2', 'Unexpected number in JSON at position 4'],
  ['01', 'Unexpected number in JSON at position 1'],
  ['-', 'No number after minus sign in JSON at position 1'],
  ['-a', 'No number after minus sign in JSON at position 1'],
  ['-01', 'Unexpected number in JSON at position 2'],
  ['1.', 'Unterminated fractional number in JSON at position 2'],
  ['1.a', 'Unterminated fractional number in JSON at position 2'],
  ['1e', 'Exponent part is missing a number in JSON at position 2'],
  ['1e+', 'Exponent part is missing a number in JSON at position 3'],
  ['1ex', 'Exponent part is missing a number in JSON at position 2'],
  ['1 x', 'Unexpected non-whitespace character after JSON at position 2'],
  ['"', 'Unterminated string in JSON at position 1'],
  ['"a', 'Unterminated string in JSON at position 2'],
  ['"\n"', 'Bad control character in string literal in JSON at position 1'],
  ['"\\', 'Unexpected end of JSON input'],
  ['"\\x"', 'Bad escaped character in JSON at position 2'],
  ['"\\u12', 'Bad Unicode escape in JSON at position 5'],
  ['"\\u12g4"', 'Bad Unicode escape in JSON at position 5'],
  ['\u00e4', 'Unexpected token \'\u00e4\', "\u00e4" is not valid JSON'],
  ['{"a":\u00e4}', 'Unexpected token \'\u00e4\', "{"a":\u00e4}" is not valid JSON'],
  ['undefined', '"undefined" is not valid JSON'],
  ['[object Object]', '"[object Object]" is not valid JSON'],
  ['NaN', '"NaN" is not valid JSON'],
  ['<!DOCTYPE html><html><body>', 'Unexpected token \'<\', "<!DOCTYPE "... is not valid JSON'],
  ['{"aaaaaaaaaaaaaaaaaaaa": bbbbbbbbbbbbbbbbbbbbb}', 'Unexpected token \'b\', ..."aaaaaaa": bbbbbbbbbb"... is not valid JSON'],
  ['[1,2,3,4,5,6,7,8,9,10,11,12,x', 'Unexpected token \'x\', ...",10,11,12,x" is not valid JSON'],
  ['{"a":{"b":[1,{"c":}]}}', 'Unexpected token \'}\', ..."":[1,{"c":}]}}" is not valid JSON'],
  [']', 'Unexpected token \']\', "]" is not valid JSON'],
  ['}', 'Unexpected token \'}\', "}" is not valid JSON'],
  [':', 'Unexpected token \':\', ":" is not valid JSON'],
  [',', 'Unexpected token \',\', "," is not valid JSON'],
  ['1,', 'Unexpected non-whitespace character after JSON at position 1'],
  ['[}', 'Unexpected token \'}\', "[}" is not valid JSON'],
  ['{]', 'Expected property name or \'}\' in JSON at position 1'],
  ['{"a":1]', 'Expected \',\' or \'}\' after property value in JSON at position 6'],
  ['[1}', 'Expected \',\' or \']\' after array element in JSON at position 2'],
  ['\ufeff{}', 'Unexpected token \'\ufeff\', "\ufeff{}" is not valid JSON'],
  ['"\u0000"', 'Bad control character in string literal in JSON at position 1'],
  ['{"a":"b"', 'Expected \',\' or \'}\' after property value in JSON at position 8'],
  ['{"a":"b\n"}', 'Bad control character in string literal in JSON at position 7'],
  ['{"a": .5}', 'Unexpected token \'.\', "{"a": .5}" is not valid JSON'],
  ['+1', 'Unexpected token \'+\', "+1" is not valid JSON'],
  ['\'a\'', 'Unexpected token \'\'\', "\'a\'" is not valid JSON'],
  ['[1,,2]', 'Unexpected token \',\', "[1,,2]" is not valid JSON'],
  ['{"a":1 "b":2}', 'Expected \',\' or \'}\' after property value in JSON at position 7'],
  ['[1"a"]', 'Expected \',\' or \']\' after array element in JSON at position 2'],
  ['nullnull', 'Unexpected non-whitespace character after JSON at position 4'],
  ['[0x1]', 'Expected \',\' or \']\' after array element in JSON at position 2'],
  ['{a:1}', 'Expected property name or \'}\' in JSON at position 1'],
]) assert.throws(() => JSON.parse(text), { name: 'SyntaxError', message });

assert.throws(() => JSON.parse(), { message: '"undefined" is not valid JSON' });
assert.throws(() => JSON.parse({}), { message: '"[object Object]" is not valid JSON' });
assert.throws(() => JSON.parse(Symbol('s')), TypeError);
assert.throws(() => JSON.parse('[1]', () => { throw new SyntaxError('mine'); }), { message: 'mine' });

// The text is made once.
let made = 0;
assert.throws(() => JSON.parse({ toString: () => `[${++made}` }), { message: "Expected ',' or ']' after array element in JSON at position 2" });
assert.strictEqual(made, 1);
assert.deepStrictEqual(JSON.parse({ toString: () => '{"a":[1,2]}' }), { a: [1, 2] });
assert.deepStrictEqual(JSON.parse('[1,2]', (key, value) => (typeof value === 'number' ? value + 1 : value)), [2, 3]);
assert.strictEqual(JSON.parse(null), null);
