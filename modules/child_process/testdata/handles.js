'use strict';
// Sockets and servers over a channel. CHILD_EXEC_PATH may name another runtime for the child.
const cp = require('child_process');
const net = require('net');
const { once } = require('events');

if (process.argv[2] === 'child') {
  const kept = new Set();
  process.on('disconnect', () => process.exit());
  process.on('message', (m, handle) => {
    if (m.what === 'echo') {
      handle.setEncoding('utf8');
      let got = '';
      handle.on('data', (d) => { got += d; });
      handle.on('end', () => handle.end(`child got ${got}`));
    } else if (m.what === 'hold') {
      kept.add(handle);
      handle.resume();
      handle.on('close', () => kept.delete(handle));
      process.send({ held: handle instanceof net.Socket, writable: handle.writable });
    } else if (m.what === 'release') {
      for (const s of kept) s.destroy();
    } else if (m.what === 'server') {
      handle.on('connection', (s) => s.end('from the child'));
      process.send({ listening: handle.listening, server: handle instanceof net.Server });
    } else if (m.what === 'native') {
      const s = net.createServer((c) => c.end('from a native handle'));
      s.listen(handle, () => process.send({ port: s.address().port > 0 }));
    } else if (m.what === 'block') {
      process.send('blocked', () => { for (;;); });
    } else if (m.what === 'write') {
      handle.write('child ', () => process.send('written'));
    } else if (m.what === 'back') {
      const s = net.connect(m.port, '127.0.0.1', () => process.send({ what: 'socket' }, s));
    } else {
      process.send({ echo: m, handle: typeof handle });
    }
  });
  return;
}

const fails = (fn) => { try { console.log(fn()); } catch (e) { console.log(e.name, e.code, e.message); } };
let keys = 0;
const listen = async (...args) => {
  const s = net.createServer(...args).listen(0, '127.0.0.1');
  await once(s, 'listening');
  s._connectionKey = `server ${++keys}`; // Node's has the port that was asked for, 0
  return s;
};
const read = async (socket) => {
  let all = '';
  socket.setEncoding('utf8');
  for (socket.on('data', (d) => { all += d; }); ;) {
    await once(socket, 'close');
    return all;
  }
};

async function main() {
  const child = cp.fork(__filename, ['child'], { execPath: process.env.CHILD_EXEC_PATH || process.execPath, execArgv: [] });
  const come = [];
  let wake = () => {};
  child.on('message', (...args) => { come.push(args); wake(); });
  const nextPair = async () => {
    while (!come.length) await new Promise((resolve) => { wake = resolve; });
    return come.shift();
  };
  const next = async () => (await nextPair())[0];
  const connections = (s) => new Promise((resolve) => s.getConnections((e, n) => resolve(e || n)));

  // What the client sends before the socket has gone over is the child's.
  let server = await listen({ pauseOnConnect: true, allowHalfOpen: true });
  let client = net.connect(server.address().port, '127.0.0.1');
  client.end('early bytes');
  const finished = once(client, 'finish');
  let [socket] = await once(server, 'connection');
  await finished;
  console.log(child.send({ what: 'echo' }, socket), socket._handle);
  console.log(child.send({ what: 'queued' }), child.send({ what: 'queued too' }, (e) => console.log('sent', e)));
  const echoed = read(client);
  console.log(await next(), await next());
  console.log(await echoed);
  server.close();

  child.send({ what: 'again' }, socket); // has none any more
  console.log(await next());

  console.log('count and close');
  server = await listen();
  const clients = [];
  for (let i = 0; i < 2; i++) {
    clients.push(net.connect(server.address().port, '127.0.0.1'));
    [socket] = await once(server, 'connection');
    child.send({ what: 'hold' }, socket);
    console.log(await next());
  }
  console.log(await connections(server));
  const closed = once(server, 'close');
  server.close(() => console.log('server closed'));
  const ends = clients.map((c) => once(c.resume(), 'close'));
  child.send({ what: 'release' });
  await closed;
  console.log((await Promise.all(ends)).length);

  console.log('server');
  server = await listen();
  child.send({ what: 'server' }, server);
  console.log(await next());
  let { port } = server.address();
  server.close();
  console.log(await read(net.connect(port, '127.0.0.1')));

  console.log('native');
  server = await listen();
  child.send({ what: 'native' }, server._handle);
  console.log(await next());
  ({ port } = server.address());
  server.close();
  console.log(await read(net.connect(port, '127.0.0.1')));

  console.log('keepOpen');
  server = await listen();
  client = net.connect(server.address().port, '127.0.0.1');
  const all = read(client);
  [socket] = await once(server, 'connection');
  child.send({ what: 'write' }, socket, { keepOpen: true });
  console.log(await next());
  console.log(await connections(server));
  socket.end('parent');

  console.log('from the child');
  child.send({ what: 'back', port: server.address().port });
  const [[message, far], [near]] = await Promise.all([nextPair(), once(server, 'connection')]);
  console.log(message, far instanceof net.Socket, far.remotePort === server.address().port);
  const heard = read(near);
  far.end('hello from afar');
  near.end();
  console.log(await heard);
  server.close();

  fails(() => child.send('x', {}));
  fails(() => child.send('x', 5));
  fails(() => child.send('x', new net.Server()));
  console.log(await next());

  server = await listen();
  client = net.connect(server.address().port, '127.0.0.1').on('error', () => {}).resume();
  [socket] = await once(server, 'connection');
  child.send({ what: 'hold' }, socket);
  await next();
  child.send({ what: 'block' }); // it answers nothing any more
  await next();
  server.getConnections((e) => console.log(e.code, e.message));
  server.close(() => console.log('closed without the child'));
  child.kill('SIGKILL');
  await once(child, 'close');
}
main();
