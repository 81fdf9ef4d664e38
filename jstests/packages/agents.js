'use strict';
// Agents: http-proxy-agent, https-proxy-agent, proxy-agent, tunnel, tunnel-agent, agentkeepalive.
const http = require('http');
const net = require('net');

// origin tells what it was asked; silent accepts and never answers.
const origin = http.createServer((req, res) => {
  let body = '';
  req.on('data', (d) => { body += d; });
  req.on('end', () => res.end(JSON.stringify([req.method, req.url, req.headers.connection, req.headers['proxy-connection'], body])));
});
const silent = net.createServer((socket) => socket.on('error', () => {}));
// proxy forwards what is asked for with a whole URL and tunnels CONNECT, but not to "refused".
const proxy = http.createServer((req, res) => {
  const target = new URL(req.url);
  say('proxy', req.method, target.pathname, req.headers['proxy-authorization']);
  const forward = http.request({ host: target.hostname, port: target.port, path: target.pathname, method: req.method, headers: req.headers, agent: false });
  forward.on('response', (answer) => {
    res.writeHead(answer.statusCode, answer.headers);
    answer.pipe(res);
  });
  req.pipe(forward);
});
proxy.on('connect', (req, socket, head) => {
  const [host, port] = req.url.split(':');
  say('proxy', req.method, host, req.headers['proxy-authorization']);
  socket.on('error', () => {});
  if (host === 'refused') return socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
  const server = net.connect(port, host, () => {
    socket.write('HTTP/1.1 200 OK\r\n\r\n');
    server.write(head);
    server.pipe(socket).pipe(server);
  });
  server.on('error', () => socket.destroy());
});

function say(...parts) { console.log(...parts.map(String)); }

// get makes a request and returns a promise of its response's text, or of the error's.
function get(options, body) {
  return new Promise((resolve) => {
    const req = http.request({ host: '127.0.0.1', port: origin.address().port, ...options }, (res) => {
      let text = '';
      res.on('data', (d) => { text += d; }).on('end', () => setImmediate(resolve, `${text} ${req.reusedSocket}`));
    });
    req.on('error', (err) => resolve(`${err.code} ${err.message.split('\n')[0]}`));
    req.end(body);
  });
}

const listening = (server) => new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const tick = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function proxies(name) {
  const found = require(name);
  const Agent = found.HttpProxyAgent || found;
  const agent = new Agent(`http://user:pass@127.0.0.1:${proxy.address().port}`);
  say(name, await get({ agent, path: '/get' }));
  say(name, await get({ agent, path: '/post', method: 'POST' }, 'h\u00e9llo'));
  say(name, await get({ agent, path: '/length', method: 'PUT', headers: { 'Content-Length': 3 } }, Buffer.from('abc')));
  say(name, await get({ agent: new Agent('http://127.0.0.1:1') }));
}

async function others() {
  const where = `http://127.0.0.1:${proxy.address().port}`;
  const { HttpsProxyAgent } = require('https-proxy-agent');
  say('https-proxy-agent', await get({ agent: new HttpsProxyAgent(where), path: '/tunnel' }));
  const { ProxyAgent } = require('proxy-agent');
  for (const url of [where, '']) {
    const agent = new ProxyAgent({ getProxyForUrl: () => url });
    say('proxy-agent', await get({ agent, path: '/1' }));
    say('proxy-agent', await get({ agent, path: '/2' }));
    agent.destroy();
  }
}

async function tunnels(name) {
  const where = { host: '127.0.0.1', port: proxy.address().port, proxyAuth: 'user:pass' };
  const agent = require(name).httpOverHttp({ maxSockets: 1, proxy: where });
  for (const text of await Promise.all(['/1', '/2', '/3'].map((path) => get({ agent, path, method: 'POST' }, path)))) say(name, text);
  say(name, await get({ agent: require(name).httpOverHttp({ proxy: where }), host: 'refused', port: 80 }));
  say(name, await get({ agent: require(name).httpOverHttp({ proxy: { host: '127.0.0.1', port: 1 } }) }));
}

async function keepAlive() {
  const found = require('agentkeepalive');
  const Agent = found.HttpAgent || found;
  const agent = new Agent({ maxSockets: 2, freeSocketTimeout: 100, timeout: 500 });
  const state = () => JSON.stringify(agent.getCurrentStatus()).replace(/:\d+:/g, ':PORT:');
  const texts = await Promise.all([1, 2, 3, 4, 5].map((n) => get({ agent, path: `/${n}` })));
  say('agentkeepalive', texts.join('; '));
  say('agentkeepalive', state());
  say('agentkeepalive', await get({ agent }));
  await tick(300);
  say('agentkeepalive', state());
  say('agentkeepalive', await get({ agent: new Agent({ timeout: 50 }), port: silent.address().port }));
  say('agentkeepalive', await get({ agent, port: 1 }));
  agent.destroy();
}

async function run() {
  await Promise.all([origin, silent, proxy].map(listening));
  await proxies('http-proxy-agent');
  await proxies('http-proxy-agent-5');
  await others();
  await tunnels('tunnel-agent');
  await tunnels('tunnel');
  await keepAlive();
  proxy.close();
  origin.close();
  silent.close();
}
run().catch((err) => { console.error(err); process.exitCode = 1; });
