'use strict';
const cp = require('child_process');
const { once } = require('events');
const { promisify } = require('util');

const show = (e) => console.log(e.name, e.code, e.message.split('\n')[0], e.errno, e.syscall, e.path, JSON.stringify(e.spawnargs));
const fails = (fn) => { try { fn(); console.log('no error'); } catch (e) { show(e); } };
const text = async (stream) => { let s = ''; stream.setEncoding('utf8'); stream.on('data', (d) => { s += d; }); await once(stream, 'close'); return s; };
const plain = ({ pid, ...rest }) => rest;

async function main() {
  // spawn: events, streams, exit codes
  let c = cp.spawn('sh', ['-c', 'cat; echo err >&2; exit 3']);
  console.log(typeof c.pid, c.spawnfile, c.spawnargs, c.exitCode, c.killed, c.connected, c.stdio.length);
  c.stdin.end('in\n');
  let seen = [];
  for (const name of ['spawn', 'exit', 'close']) c.on(name, (...args) => seen.push([name, ...args]));
  let out = text(c.stdout), err = text(c.stderr);
  await once(c, 'close');
  console.log(await out, await err, JSON.stringify(seen), c.exitCode, c.signalCode);

  // errors of the system are emitted, misuse is thrown
  c = cp.spawn('no-such-program', ['a', 'b']);
  seen = [];
  c.on('close', (...args) => seen.push(['close', ...args]));
  await new Promise((resolve) => c.on('error', show).on('close', resolve));
  console.log(c.pid, c.exitCode, JSON.stringify(seen));
  cp.spawn('sh', { cwd: '/no/such/dir' }).on('error', show);
  for (const args of [[], [''], ['a\0'], ['a', ['b\0']], ['a', 5], ['a', [], 5], ['a', { cwd: 5 }], ['a', { detached: 1 }], ['a', { uid: 'x' }],
    ['a', { shell: 5 }], ['a', { argv0: 1 }], ['a', { stdio: 'x' }], ['a', { stdio: 5 }], ['a', { stdio: ['x'] }], ['a', { stdio: ['ipc', 'ipc'] }],
    ['a', { env: { A: 'x\0' } }], ['a', { timeout: -1 }], ['a', { killSignal: {} }], ['a', { killSignal: 'SIGX' }], ['a', { signal: 1 }],
    ['a', { serialization: 'x' }], ['a', { stdio: [{}] }]]) fails(() => cp.spawn(...args));
  fails(() => c.kill('SIGNO'));
  console.log(c.kill());

  // options
  c = cp.spawn('printf "%s|" "$A" "$B" $PWD', { shell: true, cwd: '/', env: { A: 1, B: undefined, PATH: process.env.PATH } });
  console.log(await text(c.stdout));
  c = cp.spawn('sh', ['-c', 'echo $0'], { argv0: 'other' });
  console.log(await text(c.stdout));
  c = cp.spawn('sh', ['-c', 'echo three >&3'], { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
  console.log(c.stdin, c.stdout, await text(c.stdio[3]));
  c = cp.spawn('sleep', ['10']);
  console.log(c.kill('sigint'), c.killed, await once(c, 'exit'));
  c = cp.spawn('sleep', ['10'], { timeout: 20, killSignal: 'SIGKILL' });
  console.log(await once(c, 'exit'));
  const stop = new AbortController();
  c = cp.spawn('sleep', ['10'], { signal: stop.signal });
  const aborted = once(c, 'error');
  stop.abort();
  show(await aborted.then(([e]) => e, (e) => e));

  // exec, execFile
  const exec = (...args) => new Promise((resolve) => cp.exec(...args, (e, out, err) => {
    console.log(e && [e.message, e.code, e.killed, e.signal, e.cmd], out, err);
    resolve();
  }));
  await exec('echo hello; echo warn >&2');
  await exec('echo bad >&2; exit 4');
  await exec('sleep 10', { timeout: 20 });
  await exec('echo hello', { encoding: 'buffer' });
  await exec('echo 6869', { encoding: 'hex' });
  await exec('echo 123456789', { maxBuffer: 4 });
  await new Promise((resolve) => cp.execFile('no-such-program', ['x'], (e) => { console.log(e.cmd); show(e); resolve(); }));
  console.log(await promisify(cp.execFile)('echo', ['promised']));
  await promisify(cp.exec)('echo out; exit 1').catch((e) => console.log(e.code, e.stdout));
  for (const args of [[], [5], ['a', 5], ['a', [], 5], ['a', [], {}, 5], ['a', { maxBuffer: -1 }], ['a', { timeout: 1.5 }]]) fails(() => cp.execFile(...args));
  fails(() => cp.exec(5));

  // the synchronous forms
  console.log(plain(cp.spawnSync('sh', ['-c', 'cat; echo err >&2; exit 5'], { input: 'given', encoding: 'utf8' })));
  console.log(cp.spawnSync('cat', { input: Buffer.from('bytes') }).stdout);
  show(cp.spawnSync('no-such-program', ['x']).error);
  let r = plain(cp.spawnSync('sleep', ['10'], { timeout: 20 }));
  show(r.error);
  console.log(r.status, r.signal, r.output);
  r = cp.spawnSync('yes', { maxBuffer: 10 });
  show(r.error);
  console.log(r.stdout.length > 10, r.signal);
  console.log(cp.execSync('echo sync').toString(), cp.execFileSync('echo', ['file'], { encoding: 'utf8' }), cp.execSync('true', { stdio: 'ignore' }));
  try { cp.execSync('echo oops >&2; exit 6', { stdio: 'pipe' }); } catch (e) { console.log(e.message, e.status, e.stderr, Object.keys(e)); }
  try { cp.execFileSync('false', ['a', 'b']); } catch (e) { console.log(e.message, e.status); }
  fails(() => cp.execFileSync('no-such-program'));
  fails(() => cp.spawnSync('a', { stdio: ['ipc'] }));
  fails(() => cp.spawnSync('a', { input: 1 }));
  fails(() => cp.spawnSync('a', { maxBuffer: 'x' }));
  console.log(Object.keys(cp), cp.spawn.length, cp.exec.name);
}
main();
