'use strict';
// socket.io 4: its server and its client, over polling, websocket and the upgrade between them.
const { Server } = require('socket.io');
const { io } = require('socket.io-client');
const { serve, run, say, ask } = require('./client');

const next = (socket, event) => new Promise((resolve) => socket.once(event, (...args) => resolve(args)));

run(async () => {
  const server = await serve((req, res) => res.end());
  const ios = new Server(server);
  ios.use((socket, cb) => (socket.handshake.auth.token === 'bad' ? cb(new Error('not allowed')) : cb()));
  ios.on('connection', (socket) => {
    socket.on('echo', (...args) => socket.emit('echo', ...args));
    socket.on('ack', (a, b, cb) => cb(a + b));
    socket.on('join', (room, cb) => { socket.join(room); cb([...socket.rooms].length); });
    socket.on('tell', (room, text) => socket.to(room).emit('told', text));
    socket.on('all', (text) => ios.emit('told', text));
    socket.on('bye', () => socket.disconnect(true));
  });
  ios.of('/admin').on('connection', (socket) => socket.emit('hello', socket.nsp.name));
  const url = `http://127.0.0.1:${server.address().port}`;

  for (const transports of [['polling'], ['websocket'], ['polling', 'websocket']]) {
    const a = io(url, { transports, forceNew: true });
    await next(a, 'connect');
    say('connected', transports, a.connected);
    if (transports.length > 1) {
      if (a.io.engine.transport.name === 'polling') await next(a.io.engine, 'upgrade');
      say('transport', a.io.engine.transport.name);
    }
    a.emit('echo', 'text', { deep: [1, null, 'ü'] }, Buffer.from([1, 2, 255]));
    const [text, object, bytes] = await next(a, 'echo');
    say('echo', text, object, [...bytes]);
    a.emit('echo', 'x'.repeat(200000));
    say('long', (await next(a, 'echo'))[0].length);
    say('ack', await new Promise((resolve) => a.emit('ack', 1, 2, resolve)), await a.timeout(5000).emitWithAck('ack', 'a', 'b'));
    const b = io(url, { transports, forceNew: true });
    await next(b, 'connect');
    say('rooms', await b.emitWithAck('join', 'room'));
    const told = next(b, 'told');
    a.emit('tell', 'room', 'psst');
    say('told', await told);
    const both = [next(a, 'told'), next(b, 'told')];
    a.emit('all', 'hear hear');
    say('all', await Promise.all(both), ios.engine.clientsCount);
    b.close();
    a.emit('bye');
    say('disconnect', await next(a, 'disconnect').then(([reason]) => reason));
    a.close();
    const admin = io(`${url}/admin`, { transports, forceNew: true });
    say('namespace', await next(admin, 'hello'));
    admin.close();
    const bad = io(url, { transports, forceNew: true, auth: { token: 'bad' } });
    say('refused', await next(bad, 'connect_error').then(([err]) => err.message));
    bad.close();
  }
  const nobody = io('http://127.0.0.1:1', { reconnection: false, forceNew: true });
  say('nobody', await next(nobody, 'connect_error').then(([err]) => err.message));
  const asset = await ask(server, '/socket.io/socket.io.js');
  say('client', asset.status, asset.headers['content-type'], asset.body.length > 10000);
  say('bad', (await ask(server, '/socket.io/?EIO=4&transport=what')).body.toString());
  ios.close();
});
