'use strict';
// Moves argv[4] bytes between the server at the URL in argv[2] and a stream: argv[3] is "download" or
// "upload".
const http = require('http');
const { Readable, Writable, pipeline } = require('stream');

const [url, direction, size] = process.argv.slice(2);
const bytes = Number(size);

function done(err) {
  if (err) throw err;
  console.log('done');
}

if (direction === 'download') {
  http.get(`${url}/bytes/${bytes}`, (res) => {
    let got = 0;
    pipeline(res, new Writable({ write(chunk, encoding, cb) { got += chunk.length; cb(); } }), (err) => {
      done(err || (got === bytes ? null : new Error(`got ${got}`)));
    });
  });
} else {
  const chunk = Buffer.alloc(64 * 1024, 'x');
  let left = bytes;
  const source = new Readable({
    read() {
      const n = Math.min(left, chunk.length);
      left -= n;
      this.push(n ? chunk.subarray(0, n) : null);
    },
  });
  const req = http.request(url, { method: 'POST', headers: { 'Content-Length': bytes } }, (res) => {
    let text = '';
    res.setEncoding('latin1').on('data', (d) => { text += d; }).on('end', () => {
      done(text === String(bytes) ? null : new Error(`the server got ${text}`));
    });
  });
  source.pipe(req);
}
