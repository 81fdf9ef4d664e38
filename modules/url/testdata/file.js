const url = require('url');
const out = s => process.stdout.write(s + '\n');
const t = f => { try { return JSON.stringify(f()); } catch (e) { return e.name + ' ' + e.code + ' ' + e.message + ' ' + e.input; } };
for (const s of ['file:///a/b', 'file:///a%20b/%C3%A9', 'file:///a%2Fb', 'file:///a%2fb', 'file:///a%5Cb', 'file://host/a', 'file://localhost/a', 'file:///C:/x', 'file:///a?q#h', 'FILE:///x', 'file:/x', 'file:x', 'http://x', 'x', '', 'file:///%zz', 'file:///a/../b', 'file:///日本', 'file:///', 'file://', ' file:///x ', 'mailto:a', 'file:///a/./b//c', 'file:///a\\b'])
  { out(s + t(() => url.fileURLToPath(s))); if (!/zz/.test(s)) out(s + t(() => url.fileURLToPath(s, { windows: true }))); }
for (const v of [undefined, null, 5, {}, []]) out(t(() => url.fileURLToPath(v)));
out(typeof url.URL + typeof url.URLSearchParams + typeof URL + typeof URLSearchParams);
