'use strict';
// A proxy: CONNECT makes a tunnel, anything else is fetched and passed on.
// Try: curl -x http://localhost:8080 http://example.com/ (or https://…, through the tunnel)
const http = require('http');
const net = require('net');
const url = require('url');

// What concerns one connection only must not be passed on: RFC 9110 §7.6.1.
const hopByHop = ['connection', 'keep-alive', 'proxy-connection', 'proxy-authorization', 'te', 'transfer-encoding', 'upgrade'];

const proxy = http.createServer((req, res) => {
  const target = url.parse(req.url);
  if (target.protocol !== 'http:') {
    res.writeHead(400);
    return res.end('want an absolute http: URL\n');
  }
  const headers = { ...req.headers };
  for (const name of hopByHop) delete headers[name];
  const upstream = http.request({ host: target.hostname, port: target.port || 80, method: req.method, path: target.path, headers });
  upstream.on('response', (answer) => {
    const back = { ...answer.headers };
    for (const name of hopByHop) delete back[name];
    res.writeHead(answer.statusCode, answer.statusMessage, back);
    answer.pipe(res);
    answer.on('error', () => res.destroy());
  });
  upstream.on('error', (err) => {
    if (res.headersSent) return res.destroy();
    res.writeHead(502);
    res.end(err.message + '\n');
  });
  res.on('close', () => upstream.destroy()); // nobody waits for it any more
  req.pipe(upstream);
});

proxy.on('connect', (req, client, head) => {
  const target = url.parse('http://' + req.url);
  const server = net.connect({ port: target.port || 80, host: target.hostname, allowHalfOpen: true }, () => {
    client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
    server.write(head);
    server.pipe(client);
    client.pipe(server);
  });
  let connected = false;
  server.on('connect', () => { connected = true; });
  server.on('error', () => {
    if (!connected) client.write('HTTP/1.1 502 Bad Gateway\r\nConnection: close\r\n\r\n');
    client.end();
  });
  client.on('error', () => server.destroy());
  client.on('close', () => server.destroy());
});

proxy.listen(process.env.PORT || 8080, () => console.log(`proxy on port ${proxy.address().port}`));
module.exports = proxy;
