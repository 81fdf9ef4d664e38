// util.MIMEType and util.MIMEParams.
const assert = require('assert');
const { MIMEType, MIMEParams } = require('util');

for (const [text, want] of [
  ['text/plain', 'text/plain'],
  ['  Text/HTML ; charset=UTF-8', 'text/html;charset=UTF-8'],
  ['text/html;a="x\\"y\\\\z";b=" q ";c=', 'text/html;a="x\\"y\\\\z";b=" q "'],
  ['a/b;x=;y=1', 'a/b;y=1'],
  ['a/b;"x=1', 'a/b'],
  ['a/b;x="1', 'a/b;x=1'],
  ['a/b;x="1\\', 'a/b;x="1\\\\"'],
  ['a/b;x="1"zzz;y=2', 'a/b;x=1;y=2'],
  ['a/b;x="1";y=2', 'a/b;x=1;y=2'],
  ['a/b;X=1;x=2', 'a/b;x=1'],
  ['a/b; q=\u00e9', 'a/b;q="\u00e9"'],
  ['a/b; q=\u0100;z=1', 'a/b;z=1'],
  ['a/b;;;;x=1', 'a/b;x=1'],
  ['a/b;x=a b ', 'a/b;x="a b"'],
  ['a/b;x="";y=z', 'a/b;x="";y=z'],
  ['a/b;x= 1', 'a/b;x=" 1"'],
  ['a/b;x="a;b=c";d="e', 'a/b;x="a;b=c";d=e'],
]) assert.strictEqual(String(new MIMEType(text)), want, text);

const syntax = (message) => ({ name: 'TypeError', code: 'ERR_INVALID_MIME_SYNTAX', message });
for (const [text, what] of [
  ['', 'type in "" is invalid'], ['text', 'type in "text" is invalid'], ['/x', 'type in "/x" is invalid'],
  ['text/', 'subtype in "text/" is invalid'], ['te xt/x', 'type in "te xt/x" is invalid at 2'],
  ['text/p l', 'subtype in "text/p l" is invalid at 1'], ['a/b/c', 'subtype in "a/b/c" is invalid at 1'],
]) assert.throws(() => new MIMEType(text), syntax('The MIME syntax for a ' + what));
assert.throws(() => new MIMEType(Symbol('x')), TypeError);

const m = new MIMEType('text/plain;charset=utf-8');
assert.deepStrictEqual([m.type, m.subtype, m.essence], ['text', 'plain', 'text/plain']);
m.type = 'IMAGE';
m.subtype = 'Png';
m.essence = 'ignored';
assert.strictEqual(m.essence, 'image/png');
assert.throws(() => { m.type = ''; }, syntax('The MIME syntax for a type in "" is invalid'));
assert.throws(() => { m.subtype = 'a b'; }, syntax('The MIME syntax for a subtype in "a b" is invalid at 1'));
const { params } = m;
assert(params instanceof MIMEParams);
assert.strictEqual(params.get('charset'), 'utf-8');
assert.strictEqual(params.get('none'), null);
params.set('UP', 1);
assert.deepStrictEqual([params.has('UP'), params.has('up')], [true, false]);
assert.strictEqual(params.delete('charset'), undefined);
assert.strictEqual(JSON.stringify({ m, params }), '{"m":"image/png;UP=1","params":"UP=1"}');
assert.throws(() => params.set('', 'x'), syntax('The MIME syntax for a parameter name in "" is invalid'));
assert.throws(() => params.set('a b', 'x'), syntax('The MIME syntax for a parameter name in "a b" is invalid at 1'));
assert.throws(() => params.set('a', '\n'), syntax('The MIME syntax for a parameter value in "\n" is invalid at 0'));
params.set('k', 'v w');
assert.deepStrictEqual([[...params], [...params.keys()], [...params.values()], [...params.entries()]],
  [[['UP', '1'], ['k', 'v w']], ['UP', 'k'], ['1', 'v w'], [['UP', '1'], ['k', 'v w']]]);
assert.strictEqual(MIMEType.prototype.toJSON, MIMEType.prototype.toString);
assert.deepStrictEqual([Object.keys(MIMEType.prototype), Object.keys(MIMEParams.prototype)], [[], []]);
