const url = require('url');
const { inspect } = require('util');
const out = s => process.stdout.write(s + '\n');
const parts = ['href', 'origin', 'protocol', 'username', 'password', 'host', 'hostname', 'port', 'pathname', 'search', 'hash'];
const show = u => JSON.stringify(parts.map(p => u[p]));
const fail = e => `${e.name} ${e.code} ${e.message} ${JSON.stringify([e.input, e.base])}`;
const t = (name, f) => { let r; try { r = f(); } catch (e) { r = fail(e); } out(`${name}: ${typeof r === 'string' ? r : inspect(r)}`); };

// Parsing, absolute.
for (const s of [
  'http://example.com', 'HTTP://EXAMPLE.com:80/', 'https://a:443/', 'https://a:80/', 'ftp://h:21/x', 'ws://h:80', 'wss://h:443/', 'wss://h:444',
  'http:example.com', 'http:/example.com', 'http:///example.com', 'http:\\\\x\\y', ' http://a/ ', 'ht\ntp://a\t/b', 'http://u:p@h/', 'http://u@h', 'http://:p@h', 'http://@h', 'http://a@b@c/', 'http://u:@h/',
  'http://', 'http:', '//a', '', '/', 'a', 'http://a b/', 'http://a:b/', 'http://a:65535', 'http://a:65536', 'http://a:/', 'http://a:00080/', 'http://a%00b', 'http://a<b', 'http://a^b',
  'foo:', 'foo:bar', 'foo://', 'foo://H:80/p', 'foo:///p', 'foo:/p', 'foo:/a/../b', 'foo:a/../b', 'foo://h/../x', 'foo://a b/', 'foo:/.//p', 'foo://é/é', 'mailto:a@b?c#d', 'data:text/plain,a b#c d', 'javascript:alert(1)', 'about:blank', '1:a', '-:a', 'a+b-c.d:x',
  'http://127.0.0.1', 'http://127.1', 'http://0x7f.1', 'http://017700000001', 'http://2130706433', 'http://256.0.0.1', 'http://1.2.3.4.5', 'http://1.2.3.4.', 'http://4294967296', 'http://09.1', 'http://a.1', 'http://1.2.3.08',
  'http://[::1]', 'http://[::1]:8080/', 'http://[1:0:0:2::3]', 'http://[2001:DB8::1]', 'http://[::ffff:1.2.3.4]', 'http://[::1', 'http://[1::2::3]', 'http://[g::]', 'http://[1:2:3:4:5:6:7]', 'http://[0:0:1:0:0:0:0:1]', 'foo://[::1]/', 'foo://[::1]]/', 'http://[::1%25eth0]/',
  'http://bücher.de/', 'http://xn--bcher-kva.de', 'http://日本。jp', 'http://ＧＯ.com', 'http://%65xample.com', 'http://a\u00adb', 'http://faß.de', 'http://%EF%BC%85%EF%BC%94%EF%BC%91.com', 'http://xn--/', 'http://😀/',
  'http://a/ "#<>?`{}|^\\[]', 'http://a/?"#<>`{}|^ \'', 'foo://a/?\'"', 'http://a/#"<>`{} ', 'http://a"b;=|[]:c@h/', 'http://a/%zz%2e/%2E%2e/b', 'http://a/b/./c/../d', 'http://a/b/..', 'http://a//b//', 'http://a/é?é#é', 'http://a/\x7f?\x7f#\x7f', 'http://a/\x00', 'http://a/?', 'http://a/#', 'http://a/?#', 'http://a/??#', 'http://a/?a=%',
  'file:///a', 'file:a', 'file:/a', 'file://h/a', 'file://localhost/a', 'file:///C:/a', 'file:///C|/a', 'file://C:/a', 'file:///C:/../..', 'file:////x', 'file:\\\\h\\p', 'file://h:80/', 'file:', 'file:?q',
  'blob:https://a.com/x', 'blob:http://u@a:81/x', 'blob:ftp://a/x', 'blob:', 'blob:file:///x', 'blob:blob:http://a/',
]) t(JSON.stringify(s), () => show(new URL(s)));

// Parsing, relative.
for (const base of ['http://u:p@h:81/a/b/c?q#f', 'file:///C:/a/b', 'foo://h/a/b', 'foo:opaque', 'foo:/a/b'])
  for (const s of ['', 'x', './x', '../x', '../../../x', '/x', '//x/y', '?x', '#x', 'http:x', 'file:x', 'foo:x', '\\x', '/C|/z', '..', '.', 'x?y#z', '//', 'x:y'])
    if (base !== 'foo:opaque' || s !== 'x?y#z') t(`${s} on ${base}`, () => show(new URL(s, base)));
t('bad base', () => new URL('x', 'y'));
t('empty base', () => new URL('x', ''));
t('null base', () => new URL('x', null));
t('absolute, bad base', () => new URL('http://a', 'y'));
t('URL base', () => new URL('x', new URL('http://a/b/')).href);

// Setters.
const set = (s, k, ...values) => { for (const v of values) t(`${s} ${k}=${String(v)}`, () => { const u = new URL(s); u[k] = v; return show(u); }); };
for (const s of ['http://u:p@h:81/p?q#f', 'file:///p', 'foo://h/p', 'foo:p', 'foo:/p']) {
  set(s, 'protocol', 'https', 'https:', 'ftp:x', 'foo', 'file', 'mailto', '1', '', 'ws\n');
  set(s, 'username', 'x', '', 'a:b@c', 'é');
  set(s, 'password', 'x', '', 'a:b@c', 'é');
  set(s, 'host', 'x', 'x:82', 'x:', 'x:x', 'x:9y', 'x:99999', '', 'x/y', 'x?y', '[::1]:5', 'a b', 'x:80', 'x@y', 'é', 'x:y9');
  set(s, 'hostname', 'x', 'x:82', '', '[::1]', 'a#b', '1.2', 'x y');
  set(s, 'port', '', '80', '82', '82x', 'x', '65536', 82, 1.5, -1, null, ' 83', '8\t4', 'x9');
  set(s, 'pathname', '', 'x', '/x', '/x?y#z', '//x', '../x', 'a b', '\\x', '/C|/d');
  set(s, 'search', '', '?', 'x', '?x', '??x', "a'b", 'a#b', 'é ');
  set(s, 'hash', '', '#', 'x', '#x', '##x', 'a b`', 'é');
}
set('http://a/', 'href', 'http://b/c', 'x', '');
t('origin is read only', () => { const u = new URL('http://a/'); u.origin = 'x'; return u.origin; });
set('http://a/', 'search', { toString: () => 'obj' }, undefined, null);
t('symbol', () => { new URL('http://a/').search = Symbol('x'); });

// Search parameters that belong to a URL.
const u = new URL('http://a/?x=1&y=2#h');
const p = u.searchParams;
const both = name => out(`${name}: ${u.href} ${u.search} ${p} ${p.size}`);
t('same object', () => p === u.searchParams);
p.append('z', 'a b&c'); both('append');
p.set('x', 'é'); both('set');
p.delete('y'); both('delete');
u.search = '?m=1&n=2&m=3'; both('search');
p.sort(); both('sort');
u.hash = 'k'; both('hash');
u.href = 'http://b/?q=%20+'; both('href');
p.append('w', '~'); u.pathname = '/p'; both('pathname after append');
p.delete('q'); p.delete('w'); both('empty');
u.search = ''; both('no search');
p.append('again', ''); both('again'); t('json', () => JSON.stringify({ u }));
p.append('k', 1); u.search = 'over'; both('search after append');
t('opaque', () => { const v = new URL('data:a  ?b'); v.searchParams.delete('b'); return v.href; });
t('kept as written', () => { const v = new URL("http://a/?a=b~c'd"); v.searchParams; return v.href; });
t('rewritten', () => { const v = new URL("http://a/?a=b~c'd"); v.searchParams.append('e', "~'"); return v.href; });

// Search parameters alone.
const P = URLSearchParams;
for (const init of ['', '?', 'a', '?a=1', '??a', 'a=1&&b=2&', '=', '&=&', 'a=b=c', 'a+b=c%20d', '%61=%', 'a=%zz', 'a=%ff', 'é=ü', 'a=%C3%A9', 'a=%E2%82', '\ud800=1', undefined, null, 5, true,
  [], [['a', 1], ['b', 2]], [new Set(['a', 'b'])], new Map([['a', 'b']]), {}, { a: 1, b: [2, 3] }, { b: 1, a: undefined }, new P('x=1&x=2'), new (class { get a() { return 1; } })(), function () {}, new String('a=1')])
  t(inspect(init), () => JSON.stringify([...new P(init)]) + ' ' + new P(init));
for (const init of [[1], ['ab'], [[1]], [[1, 2, 3]], [null], [new Set([1])], { [Symbol.iterator]: 1 }, Symbol('x'), { a: Symbol('x') }, 'a\ud800'])
  t('bad ' + inspect(init), () => String(new P(init)));
t('lone', () => String(new P({ '\ud835x': '1', 'xx': '2', '\ud83dx': '3' })));
const q = new P('a=1&b=2&a=3&c=%20');
t('get', () => [q.get('a'), q.get('z'), q.getAll('a'), q.getAll('z'), q.has('a'), q.has('z'), q.has('a', '3'), q.has('a', '4'), q.has('a', undefined), q.get(undefined)]);
t('entries', () => [[...q.entries()], [...q.keys()], [...q.values()], [...q]]);
t('forEach', () => { const l = []; q.forEach(function (v, k, o) { l.push(v, k, o === q, this.x); }, { x: 7 }); return l; });
t('delete value', () => { q.delete('a', '3'); return String(q); });
t('set', () => { const v = new P('a=1&b=2&a=3&c&a'); v.set('a', 'x'); v.set('n', 'y'); return String(v); });
t('sort', () => { const v = new P('z=1&b=2&a=3&b=1&é=1&\uffff=1&😀=1&a=2&'); v.sort(); return String(v); });
t('escapes', () => String(new P([["!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~", '\x00\n\x7fé😀\ud800 ']])));
t('live', () => { const v = new P('a=1&b=2&c=3'); const l = []; for (const [k] of v) { l.push(k); v.delete('b'); } return l; });
for (const [name, ...args] of [['append'], ['append', 1], ['set'], ['set', 1], ['get'], ['getAll'], ['has'], ['delete'], ['forEach'], ['forEach', 1]]) t(name + args, () => q[name](...args));
for (const k of [...Object.keys(P.prototype), Symbol.iterator]) {
  const d = Object.getOwnPropertyDescriptor(P.prototype, k);
  t('this of ' + String(k), () => (d.value || d.get).call({}, 'x', 'y'));
}
const it = new P('a=1&b=2').entries();
t('iterator', () => [it.next(), it, it[Symbol.toStringTag], it[Symbol.iterator]() === it, it.next(), it.next()]);
t('iterator this', () => it.next.call({}));

// The classes.
for (const C of [URL, P]) {
  t('keys', () => [Object.keys(C.prototype), Object.keys(C), C.length, C.name, Object.prototype.toString.call(Object.create(C.prototype))]);
  for (const k of Object.getOwnPropertyNames(C.prototype)) {
    const d = Object.getOwnPropertyDescriptor(C.prototype, k);
    t(k, () => [d.enumerable, d.configurable, d.writable, d.get && d.get.name, d.set && d.set.name, typeof d.value === 'function' && [d.value.name, d.value.length]]);
  }
}
t('entries is the iterator', () => P.prototype[Symbol.iterator] === P.prototype.entries);
for (const k of Object.keys(URL.prototype)) {
  const d = Object.getOwnPropertyDescriptor(URL.prototype, k);
  for (const f of ['value', 'get', 'set']) if (d[f]) { t(`this of ${k} ${f}`, () => d[f].call({}, 'x')); t(`no this of ${k} ${f}`, () => d[f].call(undefined, 'x')); }
}
t('no argument', () => new URL());
t('canParse', () => [URL.canParse('http://a'), URL.canParse('a'), URL.canParse('a', 'http://b'), URL.canParse('a', 'b'), URL.canParse('a', undefined)]);
t('canParse()', () => URL.canParse());
t('parse', () => [URL.parse('http://a').href, URL.parse('a'), URL.parse('a', 'http://b/').href, URL.parse('http://a') instanceof URL]);
t('URL.parse()', () => URL.parse());
t('revokeObjectURL', () => URL.revokeObjectURL());
t('subclass', () => { class X extends URL { get y() { return this.host; } } const x = new X('http://q/'); return [x.y, x instanceof URL, inspect(x).split('\n')[0]]; });
t('globals', () => [url.URL === URL, url.URLSearchParams === P, Object.keys(new URL('http://a')), String(new URL('http://a')), '' + new P('a')]);
t('error', () => { try { new URL('x', 'y'); } catch (e) { return [Object.keys(e), String(e), e instanceof TypeError, e.stack.split('\n')[0]]; } });
t('inspect', () => new URL('http://u:p@h:81/p?q=1#f'));
t('inspect nested', () => inspect({ a: { b: { c: new URL('http://a') } }, p: [new P('a=1&b=2'), new P()] }));
t('inspect depth', () => inspect({ u: new URL('http://a/?x'), p: new P('x') }, { depth: 0 }) + inspect(new URL('http://a/?x'), { depth: 0 }));
t('inspect long', () => new P({ ['a'.repeat(40)]: '1', b: 'c'.repeat(40) }));
t('inspect colors', () => JSON.stringify(inspect(new P('a=1'), { colors: true })));
t('inspect iterators', () => [new P('a=1').keys(), new P('a=1').values(), new P('').entries(), new P({ ['a'.repeat(50)]: 'b'.repeat(50), c: 'd' }).entries()]);

// The rest of the module.
for (const s of ['/a b', '/a%b', '/a?b#c', '/é', '/a/', '/a/../b', '/a\\b', '/a\nb']) t('pathToFileURL ' + JSON.stringify(s), () => url.pathToFileURL(s).href);
t('there and back', () => url.fileURLToPath(url.pathToFileURL('/x y/%/é#?')));
for (const s of ['file:///a%20b', 'file:///a%2fb', 'http://a/b', 'file://h/a']) t('fileURLToPath ' + s, () => url.fileURLToPath(new URL(s)).replace(/h/, 'h'));
for (const o of [undefined, {}, { fragment: false }, { unicode: true }, { search: false }, { auth: false }, { fragment: false, unicode: true, search: false, auth: false }, { fragment: 0, auth: null }, 5])
  for (const s of ['http://u:p@xn--bcher-kva.de:81/p?q#f', 'foo:a ?q#f', 'http://[::1]/']) t('format ' + inspect(o) + s, () => url.format(new URL(s), o));
for (const s of ['http://u:p%20q@h:81/p?q#f', 'https://[::1]/', 'http://h']) t('urlToHttpOptions ' + s, () => { const o = url.urlToHttpOptions(new URL(s)); return JSON.stringify(o); });
t('resolve', () => url.resolve('http://a/b/c', 'd'));
