package url_test

import (
	"testing"

	"github.com/gonode/gonode/runtime/runtimetest"
)

var seeds = []string{
	"http://user:pass@sub.example.com:8080/p/a/t/h?query=string#hash", "//host/p", "/a?b#c", "?q", "#h", "",
	"javascript:alert('x')", "mailto:a@b.c?subject=x", "http://[::1]:80/", "http://a b/\t c", "HTTP:\\\\x\\y",
	"http://ex\u00e4mple.com/\u00fc?\u00e9#\u00f1", "xmpp:u@h", "file:///C:/x/../y", "http://1.2.3.4.5@x:99999",
	"coap://u:p@[1080::8:800:200C:417A]:61616/.well-known/r?n=Temp", "x:\xff", "blob:http://a/b", "http://0x7f.1/", "a:b:c@d",
}

// FuzzLegacyParse: a URL is taken apart and put together, or refused with one of Node's errors; what
// was put together is good for the same again; resolve() takes all of it.
func FuzzLegacyParse(f *testing.F) {
	runtimetest.Property(f, `(require) => {
		const url = require('url');
		const known = new Set(['ERR_INVALID_URL', 'ERR_INVALID_ARG_TYPE', 'ERR_INVALID_URI']);
		const attempt = (fn) => {
			try {
				return fn();
			} catch (e) {
				if (!known.has(e.code) && !(e instanceof URIError)) throw e;
			}
		};
		return (text) => {
			for (const slashes of [false, true]) {
				const parsed = attempt(() => url.parse(text, slashes, slashes));
				if (!parsed) continue;
				for (const name of ['protocol', 'host', 'port', 'hostname', 'hash', 'pathname', 'path', 'href']) {
					if (parsed[name] !== null && typeof parsed[name] !== 'string') throw new Error(name + ': ' + typeof parsed[name]);
				}
				if (parsed.protocol !== 'javascript:' && /[\r\n\t ]/.test(parsed.host + parsed.path)) throw new Error('space in ' + JSON.stringify(parsed));
				const out = attempt(() => url.format(parsed));
				if (out !== undefined) attempt(() => url.parse(out));
			}
			attempt(() => url.resolve(text, 'x/../y?z'));
			attempt(() => url.resolve('http://u:p@host:1/a/b;c?d', text));
			attempt(() => url.resolve(text, text));
		};
	}`, seeds...)
}

// FuzzURL: what the class accepts, it writes in a form that it reads as the same URL; its parts make
// up its href; setters accept anything.
func FuzzURL(f *testing.F) {
	runtimetest.Property(f, `(require) => {
		const { URL } = require('url');
		const parts = ['href', 'protocol', 'username', 'password', 'host', 'hostname', 'port', 'pathname', 'search', 'hash', 'origin'];
		const same = (a, b) => {
			for (const p of parts) if (a[p] !== b[p]) throw new Error(p + ': ' + JSON.stringify([a[p], b[p], a.href, b.href]));
		};
		return (text) => {
			for (const base of [undefined, 'http://u:p@base.example:81/a/b?c#d', 'file:///x/y']) {
				let u;
				try {
					u = new URL(text, base);
				} catch (e) {
					if (e.code !== 'ERR_INVALID_URL') throw e;
					if (URL.canParse(text, base)) throw new Error('canParse');
					continue;
				}
				if (!URL.canParse(text, base)) throw new Error('cannot parse');
				if (!/^[\x21-\x7e ]*$/.test(u.href)) throw new Error('not ASCII: ' + u.href);
				same(u, new URL(u.href));
				const pairs = [...u.searchParams];
				u.search = u.searchParams.toString();
				if (JSON.stringify([...u.searchParams]) !== JSON.stringify(pairs)) throw new Error('searchParams: ' + JSON.stringify(pairs) + u.search);
				for (const p of parts.slice(0, -1)) {
					try {
						u[p] = text;
					} catch (e) {
						if (p !== 'href' || e.code !== 'ERR_INVALID_URL') throw e;
					}
				}
				same(u, new URL(u.href));
			}
		};
	}`, seeds...)
}
