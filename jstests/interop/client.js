'use strict';
// Asks the server at argv[2] (see server.js) for all that it has, and prints what came back, so that
// two runtimes, or two servers, can be compared line by line. argv[3]: routes to leave out, by commas.
const http = require('http');
const crypto = require('crypto');

const base = new URL(process.argv[2]);
const without = (process.argv[3] || '').split(',');
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
const digest = (s) => crypto.createHash('sha256').update(s).digest('hex');

function exchange(name, path, options, body) {
  if (without.includes(path.split('?')[0])) return Promise.resolve();
  return new Promise((resolve) => {
    const seen = [];
    const req = http.request({ host: base.hostname, port: base.port, path, agent, ...options });
    req.on('information', (info) => seen.push(`${info.statusCode} ${info.headers.link || ''}`));
    req.on('continue', () => seen.push('continue'));
    req.on('error', (err) => resolve(console.log(name, seen.join(), err.code)));
    req.on('upgrade', (res, socket, head) => {
      let text = String(head);
      socket.on('data', (d) => {
        text += d;
        if (text === 'ping') socket.end();
      });
      socket.on('close', () => resolve(console.log(name, res.statusCode, text)));
      socket.write('ping');
    });
    req.on('response', (res) => {
      const chunks = [];
      res.on('data', (chunk) => chunks.push(chunk));
      res.on('error', (err) => resolve(console.log(name, res.statusCode, err.code)));
      res.on('end', () => {
        const text = Buffer.concat(chunks);
        const shown = text.length > 300 ? `${text.length} bytes ${digest(text)}` : JSON.stringify(String(text));
        resolve(console.log(name, seen.join(), res.statusCode, res.statusMessage, res.headers['content-type'] || '', shown,
          JSON.stringify(res.trailers)));
      });
    });
    if (typeof body === 'function') body(req);
    else req.end(body);
  });
}

(async () => {
  await exchange('get', '/hello');
  await exchange('head', '/hello', { method: 'HEAD' });
  await exchange('missing', '/nothing-here');
  for (const code of [200, 204, 301, 304, 404, 500]) await exchange(`status ${code}`, `/status?code=${code}`);
  await exchange('length', '/bytes?n=1000000&length=1');
  await exchange('chunks', '/bytes?n=1000000');
  await exchange('echo', '/echo', { method: 'POST', headers: { 'Content-Type': 'text/x-test' } }, 'the body');
  await exchange('upload', '/upload', { method: 'PUT', headers: { 'Content-Length': 1 << 20 } }, Buffer.alloc(1 << 20, 'u'));
  await exchange('chunked upload', '/upload', { method: 'PUT', headers: { Trailer: 'X-End' } }, (req) => {
    for (let i = 0; i < 40; i++) req.write(Buffer.alloc(5000, 'c'));
    req.addTrailers({ 'X-End': 'yes' });
    req.end();
  });
  await exchange('expect', '/upload', { method: 'POST', headers: { 'Expect': '100-continue', 'Content-Length': 4 } }, (req) => {
    req.on('continue', () => req.end('late'));
  });
  await exchange('trailers', '/trailers', { headers: { TE: 'trailers' } });
  await exchange('early hints', '/early');
  await exchange('events', '/events');
  await exchange('cut', '/cut');
  await exchange('upgrade', '/upgrade', { headers: { Connection: 'Upgrade', Upgrade: 'echo' } });
  agent.destroy();
})();
