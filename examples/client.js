'use strict';
// Gets a URL and prints head and body, like a small curl: client.js [-d DATA] URL
const http = require('http');

const args = process.argv.slice(2);
let data;
if (args[0] === '-d') [, data] = args.splice(0, 2);
if (args.length !== 1) {
  console.error('usage: client.js [-d DATA] URL');
  process.exit(2);
}

const req = http.request(args[0], { method: data === undefined ? 'GET' : 'POST', timeout: 10000 });
req.on('response', (res) => {
  console.log(`HTTP/${res.httpVersion} ${res.statusCode} ${res.statusMessage}`);
  for (let i = 0; i < res.rawHeaders.length; i += 2) console.log(`${res.rawHeaders[i]}: ${res.rawHeaders[i + 1]}`);
  console.log();
  res.pipe(process.stdout);
  res.on('error', fail);
});
req.on('timeout', () => req.destroy(new Error('no answer for 10 seconds')));
req.on('error', fail);
req.end(data);

function fail(err) {
  console.error(err.message);
  process.exitCode = 1;
}
