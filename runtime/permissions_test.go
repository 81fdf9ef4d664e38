package runtime_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gonode/gonode/runtime"
	"github.com/gonode/gonode/runtime/runtimetest"
)

// tried are helpers of the scripts: t is what f returned, or what was refused.
const tried = `
	const said = (e) => e.code === 'ERR_ACCESS_DENIED' ? e.permission + ' ' + String(e.resource).replace(root, 'ROOT') : e.code || e.message;
	const t = (f) => { try { return f() } catch (e) { return said(e) } };
	const fs = require('fs'), path = require('path'), cp = require('child_process'), net = require('net'), dns = require('dns');
`

// guarded runs a script with permissions below a fresh folder root, which has in/, in/a.txt, out/ and
// out/secret.txt, and returns what it printed. ROOT in the entries is root.
func guarded(t *testing.T, p runtime.Permissions, source string, more ...func(o *runtime.Options)) string {
	t.Helper()
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{"in", "out"} {
		if err := os.Mkdir(filepath.Join(root, dir), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for name, text := range map[string]string{"in/a.txt": "a", "in/mod.js": "module.exports = 'mod'", "out/secret.txt": "secret", "out/mod.js": "module.exports = 'out'", "out/data.json": "secret"} {
		if err := os.WriteFile(filepath.Join(root, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, list := range []*[]string{&p.Net, &p.Listen, &p.Read, &p.Write, &p.Run} {
		for i := range *list {
			(*list)[i] = strings.ReplaceAll((*list)[i], "ROOT", root)
		}
	}
	o := runtime.Options{Dir: filepath.Join(root, "in"), Permissions: &p, Globals: map[string]any{"root": root},
		Env: map[string]string{"PATH": os.Getenv("PATH"), "SECRET": "s", "APP_ONE": "1", "APP_TWO": "2"}}
	for _, m := range more {
		m(&o)
	}
	rt := runtimetest.New(t, o)
	err = rt.RunString("[test]", tried+source)
	if exit := new(runtime.ExitError); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	if rt.Stderr.Len() > 0 {
		t.Log(rt.Stderr.String())
	}
	return strings.ReplaceAll(rt.Stdout.String(), root, "ROOT")
}

func expect(t *testing.T, got string, lines ...string) {
	t.Helper()
	if want := strings.Join(lines, "\n") + "\n"; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestPermissionsRefuseByDefault(t *testing.T) {
	got := guarded(t, runtime.Permissions{}, `
		try { fs.readFileSync(root + '/in/a.txt') } catch (e) {
			console.log(e.name, e.code, e.permission, e.resource, e.message, Object.keys(e).join());
		}
		console.log(t(() => fs.writeFileSync('new', '')), t(() => fs.statSync('.')), fs.existsSync('a.txt'));
		console.log(t(() => process.env.SECRET), t(() => process.env.X = 1), t(() => 'SECRET' in process.env), t(() => delete process.env.SECRET), Object.keys(process.env).length, JSON.stringify(process.env), process.env);
		console.log(t(() => process.exit()), t(() => process.reallyExit(0)), t(() => process.kill(process.pid, 0)), t(() => process.abort()));
		console.log(t(() => cp.spawnSync('ls')).slice(0, 12), t(() => cp.exec('ls')).slice(0, 12), t(() => cp.fork('x.js')).slice(0, 12));
		console.log(t(() => require('./mod')), t(() => require(root + '/out/mod')), t(() => require('none')));
		console.log(t(() => process.chdir('..')), t(() => fs.watch('.')), process.permission.has('fs.read'), process.permission.has('exit'));
		console.log(t(() => fs.readSync(0, Buffer.alloc(1))), t(() => fs.closeSync(2)), t(() => new net.Socket({ fd: 1 })));
		net.connect(80, '127.0.0.1').on('error', (e) => console.log(said(e)));
		net.connect(80, 'localhost').on('error', (e) => console.log(said(e)));
		net.connect('/x.sock').on('error', (e) => console.log(said(e)));
		net.createServer().listen(0).on('error', (e) => console.log(said(e)));
		net.createServer().listen(0, 'localhost').on('error', (e) => console.log(said(e)));
		net.createServer().listen('/x.sock').on('error', (e) => console.log(said(e)));
		require('http').get('http://example.com/').on('error', (e) => setImmediate(() => console.log('http', said(e))));
		dns.lookup('example.com', (e) => setImmediate(() => console.log('lookup', said(e))));
		dns.promises.resolve('example.com').catch((e) => setImmediate(() => console.log('resolve', said(e))));
		setTimeout(() => { fs.readFile('a.txt', (e) => { console.log(said(e)); fs.promises.writeFile('x', '').catch((e) => console.log(said(e))) }) }, 20);
	`)
	expect(t, got,
		"Error ERR_ACCESS_DENIED FileSystemRead ROOT/in/a.txt Access to this API has been restricted. Use --allow-fs-read to manage permissions. code,permission,resource",
		"FileSystemWrite ROOT/in/new FileSystemRead ROOT/in/. false",
		"Environment SECRET Environment X Environment SECRET Environment SECRET 0 {} {}",
		"Exit  Exit  Exit  Exit ",
		"ChildProcess ChildProcess ChildProcess",
		"FileSystemRead ROOT/in/mod FileSystemRead ROOT/out/mod MODULE_NOT_FOUND",
		"FileSystemRead ROOT FileSystemRead ROOT/in/. false false",
		"EBADF EBADF Net descriptor",
		"Net unix:/x.sock", "Listen :0", "Listen localhost:0", "Listen unix:/x.sock",
		"Net 127.0.0.1:80", "Net localhost:80", "lookup Net example.com", "http Net example.com:80", "resolve Net example.com",
		"FileSystemRead ROOT/in/a.txt", "FileSystemWrite ROOT/in/x")
}

func TestPermissionsGrantFiles(t *testing.T) {
	got := guarded(t, runtime.Permissions{Read: []string{"."}, Write: []string{"ROOT/in"}}, `
		console.log(fs.readFileSync('a.txt', 'utf8'), fs.readdirSync('.').join(), require('./mod'), t(() => require('../out/mod')), t(() => fs.readdirSync('..')));
		fs.mkdirSync('d/e', { recursive: true });
		fs.writeFileSync('d/e/f', 'x'); fs.renameSync('d/e/f', 'd/g'); fs.copyFileSync('d/g', 'd/h'); fs.cpSync('d', 'k', { recursive: true }); fs.rmSync('d', { recursive: true });
		console.log(fs.readdirSync('k').join(), t(() => fs.copyFileSync('a.txt', '../out/b')), t(() => fs.copyFileSync('../out/secret.txt', 'b')), t(() => fs.renameSync('a.txt', '../out/b')), t(() => fs.renameSync('../out/secret.txt', 'b')));
		console.log(process.permission.has('fs.read', root + '/in/x'), process.permission.has('fs.read', '/'), process.permission.has('fs'));
		console.log(t(() => fs.mkdirSync('../out/d')), t(() => fs.rmSync('../out', { recursive: true, force: true })), t(() => fs.truncateSync('../out/secret.txt')), t(() => fs.chmodSync('../out/secret.txt', 0)), t(() => fs.mkdtempSync('../out/t')).slice(0, -6));
		const fd = fs.openSync('a.txt', 'r+');
		console.log(fs.writeSync(fd, 'b'), t(() => fs.openSync('../out/secret.txt', 'r')), t(() => fs.openSync('../out/secret.txt', 'a')), t(() => fs.openSync('../out/secret.txt', 'wx+')));
		fs.closeSync(fd);
		console.log(t(() => fs.fstatSync(fd)));
	`)
	expect(t, got,
		"a a.txt,mod.js mod FileSystemRead ROOT/out/mod FileSystemRead ROOT/in/..",
		"e,g,h FileSystemWrite ROOT/in/../out/b FileSystemRead ROOT/in/../out/secret.txt FileSystemWrite ROOT/in/../out/b FileSystemRead ROOT/in/../out/secret.txt",
		"true false false",
		"FileSystemWrite ROOT/in/../out/d FileSystemRead ROOT/in/../out FileSystemRead ROOT/in/../out/secret.txt FileSystemWrite ROOT/in/../out/secret.txt FileSystemWrite ROOT/in/../out/t",
		"1 FileSystemRead ROOT/in/../out/secret.txt FileSystemWrite ROOT/in/../out/secret.txt FileSystemRead ROOT/in/../out/secret.txt",
		"EBADF")
}

// What a program might try to get out of its folder.
func TestPermissionsHoldAgainstLinksAndDots(t *testing.T) {
	got := guarded(t, runtime.Permissions{Read: []string{"ROOT/in"}, Write: []string{"ROOT/in"}}, `
		fs.symlinkSync(root + '/out', 'dir'); fs.symlinkSync('../out/secret.txt', 'file'); fs.symlinkSync('dir', 'again'); fs.symlinkSync('new', 'dangling'); fs.symlinkSync(root + '/out/fresh', 'escape');
		fs.symlinkSync('loop', 'loop');
		const S = 'ROOT/in/';
		for (const p of ['dir/secret.txt', 'file', 'again/secret.txt', './/dir/./secret.txt', 'dir/../out/secret.txt', 'x/../../out/secret.txt', root + '/in/../out/secret.txt', '/proc/self/root' + root + '/out/secret.txt', 'loop', root + '/inner', Buffer.from('file'), new URL('file://' + root + '/in/%2e%2e/out/secret.txt')]) {
			console.log(String(p).replace(root, 'ROOT').replace(root, 'ROOT'), t(() => fs.readFileSync(p)).split(' ')[0], t(() => fs.statSync(p).size).toString().split(' ')[0], t(() => fs.writeFileSync(p, 'x')).split(' ')[0]);
		}
		console.log(t(() => fs.writeFileSync('escape', 'x')).split(' ')[0], t(() => fs.writeFileSync('dangling', 'x')), fs.readFileSync('new', 'utf8'));
		console.log(t(() => fs.readdirSync('dir')).split(' ')[0], t(() => fs.opendirSync('again/')).split(' ')[0], t(() => fs.realpathSync('dir')).split(' ')[0], t(() => fs.realpathSync.native('dir')).split(' ')[0], fs.existsSync('dir/secret.txt'), t(() => fs.watch('dir')).split(' ')[0]);
		console.log(t(() => fs.linkSync('../out/secret.txt', 'hard')).split(' ')[0], t(() => fs.linkSync('dir/secret.txt', 'hard')).split(' ')[0], t(() => fs.renameSync('dir/secret.txt', 's')).split(' ')[0], t(() => fs.rmdirSync('dir/')).split(' ')[0], t(() => fs.chmodSync('file', 0)).split(' ')[0], t(() => fs.utimesSync('file', 0, 0)).split(' ')[0], t(() => fs.truncateSync('file')).split(' ')[0]);
		console.log(fs.lstatSync('file').isSymbolicLink(), fs.readlinkSync('file'), t(() => fs.unlinkSync('dir/secret.txt')).split(' ')[0], t(() => fs.copyFileSync('a.txt', 'file')).split(' ')[0], t(() => fs.cpSync('dir', 'copy', { recursive: true, dereference: true })).split(' ')[0]);
		console.log(t(() => require('./dir/mod')), t(() => require('./file')), t(() => require('module')._extensions['.json']({}, root + '/out/data.json')));
		fs.createReadStream('file').on('error', (e) => console.log('stream', said(e)));
		fs.rmSync('again'); fs.rmSync('dir', { recursive: true });
		fs.openAsBlob('file').catch((e) => console.log('blob', said(e)));
		fs.promises.cp(root + '/out', 'c', { recursive: true }).catch((e) => console.log('cp', said(e)));
	`)
	want := []string{}
	for _, p := range []string{"dir/secret.txt", "file", "again/secret.txt", ".//dir/./secret.txt", "dir/../out/secret.txt", "x/../../out/secret.txt", "ROOT/in/../out/secret.txt", "/proc/self/rootROOT/out/secret.txt", "loop", "ROOT/inner", "file", "file://ROOT/out/secret.txt"} {
		want = append(want, p+" FileSystemRead FileSystemRead FileSystemWrite")
	}
	want = append(want, "FileSystemWrite undefined x",
		"FileSystemRead FileSystemRead FileSystemRead FileSystemRead false FileSystemRead",
		"FileSystemRead FileSystemRead FileSystemRead FileSystemWrite FileSystemWrite FileSystemWrite FileSystemRead",
		"true ../out/secret.txt FileSystemWrite FileSystemWrite FileSystemRead",
		"FileSystemRead ROOT/in/dir/mod FileSystemRead ROOT/in/file FileSystemRead ROOT/out/data.json")
	lines := strings.Split(strings.TrimSpace(got), "\n")
	if len(lines) != len(want)+3 {
		t.Fatalf("got\n%s", got)
	}
	for i, w := range want {
		if lines[i] != w {
			t.Errorf("got  %s\nwant %s", lines[i], w)
		}
	}
	for _, l := range lines[len(want):] {
		if !strings.Contains(l, " FileSystemRead ROOT/") {
			t.Error(l)
		}
	}
}

// A program that swaps a folder for a link while files in it are read must not win the race.
func TestPermissionsHoldAgainstRaces(t *testing.T) {
	got := guarded(t, runtime.Permissions{Read: []string{"ROOT/in"}, Write: []string{"ROOT/in"}}, `
		fs.mkdirSync('d'); fs.writeFileSync('d/secret.txt', 'mine'); fs.symlinkSync('../out', 'l');
		const p = fs.promises;
		let stop = false;
		const swap = async () => {
			for (let i = 0; !stop; i++) {
				await p.rename('d', 'e'); await p.rename('l', 'd');
				await p.rename('d', 'l'); await p.rename('e', 'd');
			}
		};
		const seen = new Set();
		const read = async () => { for (let i = 0; i < 300; i++) seen.add(await p.readFile('d/secret.txt', 'utf8').catch((e) => e.code)) };
		(async () => {
			const swapping = swap();
			await Promise.all([read(), read(), read()]);
			stop = true; await swapping;
			console.log(seen.has('secret'), seen.has('mine') || [...seen].join());
		})();
	`)
	expect(t, got, "false true")
}

// What reads files without require('fs'), for the source of an assertion and the line of an exception; a
// script says itself which file it is.
func TestPermissionsHoldWhereFilesAreShown(t *testing.T) {
	const script = `
		globalThis.assert = require('assert');
		const run = (code) => require('vm').runInThisContext(code, { filename: root + '/out/leak.js' });
		try { run('assert.ok(0)') } catch (e) { console.log(e.message.includes('hunter2')) }
		run('assert.x()');
	`
	for _, granted := range []bool{false, true} {
		var p runtime.Permissions
		if granted {
			p.Read = []string{"ROOT/out"}
		}
		var errs bytes.Buffer
		got := guarded(t, p, script, func(o *runtime.Options) {
			o.Stderr = &errs
			if err := os.WriteFile(filepath.Join(o.Dir, "../out/leak.js"), []byte("assert.ok(password == 'hunter2')\n"), 0o644); err != nil {
				t.Fatal(err)
			}
		})
		expect(t, got, fmt.Sprint(granted))
		if strings.Contains(errs.String(), "hunter2") {
			t.Error(errs.String())
		}
	}
}

func TestPermissionsMainMayBeRead(t *testing.T) {
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(root, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("secret", "throw 'secret'")
	write("main.js", `
		const fs = require('fs');
		const t = (f) => { try { return f() } catch (e) { return e.code || String(e) } };
		console.log(t(() => fs.readFileSync(__filename)), t(() => require('./other')), typeof require(__filename));
		fs.unlinkSync(__filename);
		fs.symlinkSync('secret', __filename);
		delete require.cache[__filename];
		console.log(t(() => require(__filename)), t(() => require('module')._extensions['.js'](module, __filename)));
	`)
	rt := runtimetest.New(t, runtime.Options{Dir: root, Permissions: &runtime.Permissions{Write: []string{"*"}}})
	if err := rt.Run(t.Context(), "main"); err != nil {
		t.Fatal(err, rt.Stderr.String())
	}
	expect(t, rt.Stdout.String(), "ERR_ACCESS_DENIED ERR_ACCESS_DENIED object", "ERR_ACCESS_DENIED ERR_ACCESS_DENIED")
}

func TestPermissionsOfPackages(t *testing.T) {
	got := guarded(t, runtime.Permissions{Read: []string{"ROOT/in"}}, `
		try { require('none') } catch (e) { console.log(e.code, e.message) }
	`)
	if !strings.HasPrefix(got, "MODULE_NOT_FOUND Cannot find module 'none'\nRequire stack:\n") || !strings.Contains(got, "\nNot permitted to be read (--allow-fs-read):\n- ROOT/node_modules\n") {
		t.Error(got)
	}
}

func TestPermissionsGrantEnvironment(t *testing.T) {
	got := guarded(t, runtime.Permissions{Env: []string{"APP_*", "NEW"}, Run: []string{"env"}}, `
		process.env.NEW = 1;
		console.log(process.env.APP_ONE, process.env.APP_NONE, Object.keys(process.env).join(), JSON.stringify({ ...process.env }), 'APP_TWO' in process.env, t(() => process.env.SECRET), process.permission.has('env', 'NEW'));
		console.log(String(cp.spawnSync('/usr/bin/env').stdout).trim().split('\n').sort().join());
	`)
	expect(t, got, `1 undefined APP_ONE,APP_TWO,NEW {"APP_ONE":"1","APP_TWO":"2","NEW":"1"} true Environment SECRET true`, "APP_ONE=1,APP_TWO=2,NEW=1")
}

func TestPermissionsGrantPrograms(t *testing.T) {
	got := guarded(t, runtime.Permissions{Run: []string{"env", "ROOT/in/tool"}, Read: []string{"ROOT/in"}, Write: []string{"ROOT/in"}, Exit: true}, `
		fs.mkdirSync('bin'); fs.writeFileSync('bin/env', '#!/bin/sh\necho evil\n'); fs.chmodSync('bin/env', 0o755); fs.symlinkSync('/bin/sh', 'other');
		fs.writeFileSync('tool', '#!/bin/sh\necho tool $1\n'); fs.chmodSync('tool', 0o755);
		const run = (f, a, o) => t(() => { const r = cp.spawnSync(f, a || [], o); return r.error ? r.error.code : String(r.stdout).split('\n')[0] });
		const kind = (s) => s.split(' ')[0] === 'ChildProcess' ? 'refused' : s;
		console.log(run('env', [], { env: { A: '1' } }), run('./tool', ['x']), run(root + '/in/../in/tool'));
		console.log(kind(run('env', [], { env: { PATH: root + '/in/bin' } })), kind(run('sh', ['-c', 'echo evil'])), kind(run('./other', ['-c', 'echo evil'])), kind(run('tool; echo', [], { shell: true })), kind(run(process.execPath)), kind(run('env', [], { cwd: 'bin', env: { PATH: '.' } })));
		console.log(run('env', [], { env: { LD_PRELOAD: './x.so' } }), t(() => new cp.ChildProcess().spawn({ file: '/bin/sh', args: ['sh'], stdio: ['pipe', 'pipe', 'pipe'] })), t(() => cp.execSync('echo evil')).replace(/ .*/, ''));
		console.log(run('env', [], { stdio: [0, 'pipe', 'pipe', 5] }), run('env', [], { stdio: ['pipe', 'pipe', 'pipe', { _handle: { fd: 5 } }] }), run('env', [], { env: { B: '2' }, stdio: ['ignore', 'pipe', 'pipe', fs.openSync('a.txt')] }));
		const c = cp.spawn('env', [], { env: { C: '3' } });
		c.stdout.on('data', (d) => console.log(String(d).trim())); c.on('close', (code) => process.exit(code + 3));
	`, func(o *runtime.Options) { o.Stdin = os.Stdin })
	expect(t, got, "A=1 tool x tool", "refused refused refused refused refused refused", "ChildProcess LD_PRELOAD ChildProcess /bin/sh ChildProcess",
		"ChildProcess descriptor ChildProcess descriptor B=2", "C=3")
}

func TestPermissionsGrantNetwork(t *testing.T) {
	n := memory()
	with := func(o *runtime.Options) { o.Network = n }
	got := guarded(t, runtime.Permissions{Net: []string{"inside.test:80", "10.1.2.3:81", "unix:ROOT/in/s"}, Listen: []string{"10.1.2.3", "0.0.0.0:90", "unix:ROOT/in/s"}}, `
		const show = (name) => (e) => console.log(name, e ? said(e) : 'ok');
		const s = net.createServer((c) => c.end()).listen(80, '10.1.2.3', () => {
			const to = (name, o, then) => { const c = net.connect(o); c.on('error', (e) => { show(name)(e); then() }).on('connect', () => { show(name)(); c.destroy(); then() }) };
			to('name', { port: 80, host: 'inside.test' }, () =>
			to('name, dot, case', { port: 80, host: 'INSIDE.test.' }, () =>
			to('name, port', { port: 81, host: 'inside.test' }, () =>
			to('address', { port: 80, host: '10.1.2.3' }, () =>
			to('mapped', { port: 81, host: '::ffff:10.1.2.3' }, () =>
			to('spelled', { port: 81, host: '0xa.1.2.3' }, () =>
			to('own lookup', { port: 80, host: 'inside.test', lookup: (h, o, cb) => o.all ? cb(null, [{ address: '10.9.9.9', family: 4 }]) : cb(null, '10.9.9.9', 4) }, () =>
			to('own lookup of one', { port: 80, host: 'inside.test', family: 4, lookup: (h, o, cb) => cb(null, '10.9.9.9', 4) }, () =>
			to('own lookup of several', { port: 81, host: 'inside.test', lookup: (h, o, cb) => cb(null, [{ address: '10.1.2.3', family: 4 }, { address: '10.9.9.9', family: 4 }]) }, () => {
				const own = dns.lookup;
				dns.lookup = (h, o, cb) => o.all ? cb(null, [{ address: '10.9.9.9', family: 4 }]) : cb(null, '10.9.9.9', 4);
				to('replaced lookup', { port: 80, host: 'inside.test' }, () => to('pipe', { path: root + '/in/t' }, () => {
					dns.lookup = own;
					const r = new dns.Resolver(); r.setServers(['10.66.6.6']);
					show('name server')({ code: t(() => r.resolve('inside.test', () => {})) });
					net.createServer().listen(80, '10.1.2.4').on('error', (e) => { show('listen')(e);
						net.createServer().listen(91).on('error', (e) => { show('listen everywhere')(e);
							net.createServer().listen(90, function () { show('listen granted')(); this.close(); s.close() }) }) });
				}));
			})))))))));
		});
	`, with)
	expect(t, got, "name ok", "name, dot, case ENOTFOUND", "name, port Net inside.test:81", "address Net 10.1.2.3:80", "mapped ECONNREFUSED", "spelled Net 0xa.1.2.3:81",
		"own lookup Net 10.9.9.9:80", "own lookup of one Net 10.9.9.9:80", "own lookup of several Net 10.9.9.9:81", "replaced lookup Net 10.9.9.9:80", "pipe Net unix:ROOT/in/t",
		"name server Net 10.66.6.6:53", "listen Listen 10.1.2.4:80", "listen everywhere Listen :91", "listen granted ok")
}

func TestPermissionsOfUnixSockets(t *testing.T) {
	script := `
		fs.existsSync('s2');
		const s = net.createServer((c) => c.end('x')).listen('REAL/in/s'.replace('REAL', root), () => {
			net.connect(root + '/in/s').on('error', (e) => { console.log(said(e)); s.close() }).on('data', (d) => console.log(String(d))).on('close', () => s.close());
		}).on('error', (e) => console.log(said(e)));`
	expect(t, guarded(t, runtime.Permissions{Net: []string{"unix:s"}, Listen: []string{"unix:ROOT/in/s"}}, script), "x")
	expect(t, guarded(t, runtime.Permissions{Net: []string{"*"}, Listen: []string{"*"}}, script), "Listen unix:ROOT/in/s")
	expect(t, guarded(t, runtime.Permissions{Net: []string{"*"}, Listen: []string{"*"}, Write: []string{"ROOT/in"}}, script), "Net unix:ROOT/in/s")
	expect(t, guarded(t, runtime.Permissions{Net: []string{"*"}, Listen: []string{"*"}, Write: []string{"ROOT/in"}, Read: []string{"ROOT/in"}}, script), "x")
}

func TestPermissionsAll(t *testing.T) {
	all := []string{"*"}
	got := guarded(t, runtime.Permissions{Net: all, Listen: all, Read: all, Write: all, Env: all, Run: all, Exit: true}, `
		console.log(fs.readFileSync(root + '/out/secret.txt', 'utf8'), process.env.SECRET, require('../out/mod'), ['fs', 'fs.read', 'fs.write', 'child', 'net', 'listen', 'env', 'exit', 'worker', 'what'].map((s) => process.permission.has(s)).join());
		console.log(String(cp.execSync('echo $SECRET')).trim());
		const s = net.createServer((c) => c.end()).listen(0, '127.0.0.1', () => net.connect(s.address().port, '127.0.0.1', () => { console.log('connected'); process.exit(0) }));
	`)
	expect(t, got, "secret s out true,true,true,true,true,true,true,true,false,false", "s", "connected")
}

func TestNewRefusesPermissionsItCannotRead(t *testing.T) {
	if _, err := runtime.New(runtime.Options{Permissions: &runtime.Permissions{Net: []string{"a:b:c/d"}}}); err == nil || !strings.Contains(err.Error(), "Options.Permissions") {
		t.Error(err)
	}
}

// A worker of cluster has what its primary has, wherever and with whatever it was started.
func TestPermissionsOfWorkers(t *testing.T) {
	got := guarded(t, runtime.Permissions{Read: []string{"."}, Write: []string{"."}, Run: []string{"env"}}, `
		const cluster = require('cluster');
		fs.mkdirSync('bin'); fs.writeFileSync('bin/env', '#!/bin/sh\necho evil\n'); fs.chmodSync('bin/env', 0o755);
		fs.writeFileSync('w.js', "const fs = require('fs'), cp = require('child_process'); const t = (f) => { try { return f() } catch (e) { return e.code } };" +
			"process.send([t(() => fs.readFileSync('secret.txt', 'utf8')), t(() => fs.readFileSync(process.argv[2], 'utf8')), t(() => String(cp.spawnSync('env').stdout)), t(() => process.env.SECRET), t(() => process.exit())]); process.disconnect()");
		cluster.setupPrimary({ exec: root + '/in/w.js', cwd: root + '/out', args: [root + '/in/a.txt'] });
		cluster.fork({ PATH: root + '/in/bin', SECRET: 'x' }).on('message', (m) => console.log(m.join())).on('exit', (code) => console.log(code));
	`, func(o *runtime.Options) { o.Cluster = true })
	expect(t, got, "ERR_ACCESS_DENIED,a,,ERR_ACCESS_DENIED,ERR_ACCESS_DENIED", "0")
}
