'use strict';
// ws: server and client; text, binary, fragments, ping and pong, compression, close codes, refusals.
const http = require('http');
const WebSocket = require('ws');
const { serve, run, say } = require('./client');

const open = (ws) => new Promise((resolve, reject) => ws.on('open', resolve).on('error', reject));
const next = (ws, event) => new Promise((resolve) => ws.once(event, (...args) => resolve(args)));

run(async () => {
  const closes = [];
  const server = await serve((req, res) => res.end('plain'));
  const wss = new WebSocket.WebSocketServer({ server, path: '/ws', perMessageDeflate: { threshold: 10 }, maxPayload: 1 << 20,
    verifyClient: (info) => info.req.headers['x-refuse'] === undefined, handleProtocols: (offered) => (offered.has('two') ? 'two' : false) });
  wss.on('connection', (ws, req) => {
    say('connection', req.url, ws.protocol, ws.extensions, wss.clients.size);
    ws.on('message', (data, binary) => {
      if (String(data) === 'close') return ws.close(4001, 'asked');
      if (String(data) === 'terminate') return ws.terminate();
      ws.send(data, { binary });
    });
    ws.on('ping', (d) => say('server ping', String(d)));
    ws.on('error', (err) => say('server error', err.code, err.message));
    ws.on('close', (code, reason) => closes.push([code, String(reason)]));
  });
  const url = `ws://127.0.0.1:${server.address().port}/ws`;

  const ws = new WebSocket(`${url}?a=1`, ['one', 'two'], { headers: { 'X-A': 'b' } });
  await open(ws);
  say('open', ws.protocol, ws.extensions, ws.readyState);
  for (const message of ['short', 'größer €', 'long '.repeat(1000), Buffer.from([0, 1, 254, 255]), Buffer.alloc(100000, 7), '']) {
    ws.send(message);
    const [data, binary] = await next(ws, 'message');
    say('message', binary, data.length, Buffer.compare(data, Buffer.from(message)));
  }
  ws.send('frag', { fin: false });
  ws.send('ment', { fin: true });
  say('fragments', String((await next(ws, 'message'))[0]));
  ws.ping('are you there');
  say('pong', String((await next(ws, 'pong'))[0]));
  ws.send('close');
  const [code, reason] = await next(ws, 'close');
  say('close', code, String(reason), ws.readyState);

  const big = new WebSocket(url);
  await open(big);
  big.send(Buffer.alloc(2 << 20));
  say('too big', (await next(big, 'close'))[0]);
  const gone = new WebSocket(url);
  await open(gone);
  gone.send('terminate');
  say('terminated', (await next(gone, 'close'))[0]);
  const events = new WebSocket(url);
  events.onopen = () => events.send('event');
  const event = await new Promise((resolve) => { events.onmessage = resolve; });
  say('onmessage', event.type, String(event.data), event.target === events);
  events.close();
  await next(events, 'close');

  for (const [where, options] of [[url, { headers: { 'X-Refuse': '1' } }], [url.replace('/ws', '/other'), {}], ['ws://127.0.0.1:1', {}]]) {
    const bad = new WebSocket(where, options);
    say('refused', (await next(bad, 'error'))[0].message);
  }
  const stream = WebSocket.createWebSocketStream(new WebSocket(url), { encoding: 'utf8' });
  stream.write('through a stream');
  say('stream', (await next(stream, 'data'))[0]);
  stream.end();
  await next(stream, 'close');
  const res = await new Promise((resolve) => http.get({ port: server.address().port, host: '127.0.0.1', path: '/ws', agent: false }, resolve));
  res.resume();
  say('plain', res.statusCode);
  wss.close();
  server.close(() => say('server', closes));
});
