'use strict';
// What servers and sockets tell on the built-in channels of diagnostics_channel.
const { mustCall } = require('../common');
const assert = require('assert');
const dc = require('diagnostics_channel');
const net = require('net');

const seen = [];
for (const stage of ['start', 'end', 'asyncStart', 'asyncEnd', 'error']) {
  dc.subscribe(`tracing:net.server.listen:${stage}`, ({ server, options, error }) => {
    seen.push([stage, server.listening, options, error?.code]);
  });
}
dc.subscribe('net.server.socket', mustCall(({ socket }) => assert.strictEqual(socket, accepted)));
dc.subscribe('net.client.socket', mustCall(({ socket }) => {
  assert.ok(socket instanceof net.Socket);
  assert.strictEqual(socket.connecting, false);
  made = socket;
}));

let accepted, made;
const options = { port: 0, host: '127.0.0.1' };
const server = net.createServer(mustCall((socket) => {
  accepted = socket;
  socket.end();
}));
server.listen(options, mustCall(() => {
  assert.deepStrictEqual(seen, [['asyncStart', false, options, undefined], ['asyncEnd', true, undefined, undefined]]);
  assert.strictEqual(seen[0][2], options);
  assert.throws(() => server.listen(0), { code: 'ERR_SERVER_ALREADY_LISTEN' });
  assert.strictEqual(seen.length, 2);

  const again = { port: server.address().port, host: '127.0.0.1' };
  const other = net.createServer().listen(again);
  other.on('error', mustCall(() => {
    assert.deepStrictEqual(seen.slice(2), [['asyncStart', false, again, undefined], ['error', false, undefined, 'EADDRINUSE']]);
    const client = net.connect(again);
    assert.strictEqual(client, made);
    client.resume().on('close', mustCall(() => server.close()));
  }));
}));
