'use strict';
// What the scripts beside it share: a client that prints all that it gets, so that the output of
// two runtimes can be compared.
const http = require('http');

// say prints its arguments, objects as JSON.
exports.say = (...parts) => console.log(...parts.map((p) => (typeof p === 'string' ? p : JSON.stringify(p) || String(p))));

// serve starts a listener on a free port of the loopback and resolves with its server.
exports.serve = (listener) => new Promise((resolve) => {
  const server = typeof listener === 'function' ? http.createServer(listener) : listener;
  server.listen(0, '127.0.0.1', () => resolve(server));
});

// ask makes one request and resolves with its answer: status, headers as sent, body as a Buffer.
exports.ask = (server, path, options = {}, body) => new Promise((resolve, reject) => {
  const req = http.request({ host: '127.0.0.1', port: server.address().port, path, agent: false, ...options }, (res) => {
    const parts = [];
    res.on('data', (d) => parts.push(d));
    res.on('error', reject);
    res.on('end', () => resolve({ status: res.statusCode, headers: res.headers, raw: res.rawHeaders, body: Buffer.concat(parts) }));
  });
  req.on('error', reject);
  req.end(body);
});

// show is ask, printed. What differs from run to run is left out.
exports.show = async (server, path, options = {}, body) => {
  const answer = await exports.ask(server, path, options, body);
  const text = answer.body.toString();
  // Stacks name the internals of a runtime.
  const stack = /(\n|<br>)[ &nbsp;]*at /.test(text);
  console.log(`${options.method || 'GET'} ${path} -> ${answer.status}`);
  for (let i = 0; i < answer.raw.length; i += 2) {
    if (/^(date|last-modified)$/i.test(answer.raw[i]) || stack && /^content-length$/i.test(answer.raw[i])) continue;
    console.log(`  ${answer.raw[i]}: ${answer.raw[i + 1].replace(/"[0-9a-f]+-[0-9a-f]{10,}"/, '"SIZE-TIME"')}`);
  }
  if (text) console.log(`  | ${text.replace(/(\n|<br>)[ &nbsp;]*at [\s\S]*?(?=<\/|$)/g, '').replace(/-\w{6}(?=[/"&])/g, '-RANDOM').replace(/\n/g, '\n  | ')}`);
  return answer;
};

// form makes the headers and the body of a multipart form of [name, value] and [name, value, filename, type].
exports.form = (fields) => {
  const boundary = '----boundary42';
  const body = fields.map(([name, value, filename, type]) => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"` +
    `${filename ? `; filename="${filename}"\r\nContent-Type: ${type}` : ''}\r\n\r\n${value}\r\n`).join('') + `--${boundary}--\r\n`;
  return [{ 'Content-Type': `multipart/form-data; boundary=${boundary}`, 'Content-Length': Buffer.byteLength(body) }, body];
};

// run runs an async function and fails the process if it does.
exports.run = (main) => main().catch((err) => {
  console.log('FAILED', err);
  process.exit(1);
});
