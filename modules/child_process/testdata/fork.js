'use strict';
const cp = require('child_process');
const { once } = require('events');

if (process.argv[2] === 'child') {
  process.on('message', (m) => {
    if (m === 'exit') process.exit(9);
    if (m === 'disconnect') return process.disconnect();
    process.send({ echo: m, arg: process.argv[3], env: process.env.NODE_CHANNEL_FD });
  });
  process.on('disconnect', () => console.log('child: disconnected', process.connected, process.channel));
  return;
}
if (process.argv[2] === 'once') {
  process.send('x'.repeat(300000), () => process.exit(2));
  return;
}
const show = (e) => console.log(e.name, e.code, e.message);
const fails = (fn) => { try { fn(); console.log('no error'); } catch (e) { show(e); } };

async function main() {
  console.log(typeof process.send, process.connected);
  let c = cp.fork(__filename, ['child', 'z'], { silent: true });
  console.log(c.connected, typeof c.channel.ref, typeof c.channel.fd);
  for (const m of ['text', { a: [1, null, 'ü\n'] }, 5, true, null, { cmd: 'NOT_NODE' }]) {
    c.send(m);
    console.log((await once(c, 'message'))[0]);
  }
  console.log(c.send('with callback', (e) => console.log('sent', e)));
  await once(c, 'message');
  fails(() => c.send());
  fails(() => c.send(() => {}));
  fails(() => c.send(Symbol('x')));
  fails(() => c.send('x', {}));
  fails(() => c.send('x', null, 5));
  let out = '';
  c.stdout.on('data', (d) => { out += d; });
  // It can come in one turn with 'disconnect'; and once() would end with the error below.
  const over = new Promise((resolve) => c.on('close', (...args) => resolve(args)));
  c.send('disconnect');
  await once(c, 'disconnect');
  console.log(c.connected, c.channel);
  c.send('late', (e) => show(e));
  c.once('error', show);
  c.disconnect();
  console.log(await over, out);

  c = cp.fork(__filename, ['child']);
  c.send('exit');
  console.log(await once(c, 'close'), c.connected);

  c = cp.fork(__filename, ['once']);
  const closed = once(c, 'close');
  const [big] = await once(c, 'message');
  console.log(big.length, await closed);

  // the channel alone keeps a parent waiting until it disconnects
  c = cp.fork(__filename, ['child'], { silent: true });
  c.disconnect();
  console.log(c.connected, await once(c, 'close'));

  fails(() => cp.fork());
  fails(() => cp.fork(__filename, 5));
  fails(() => cp.fork(__filename, [], 5));
  fails(() => cp.fork(__filename, { stdio: ['pipe', 'pipe', 'pipe'] }));
  fails(() => cp.fork(__filename, { stdio: 'x' }));
}
main();
