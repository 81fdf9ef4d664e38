'use strict';
const { mustCall, listen, tmp } = require('../common');
const assert = require('assert');
const fs = require('fs');
const http = require('http');

// A file up and down again through pipe.
const path = tmp('file');
fs.writeFileSync(path, Buffer.alloc(300000, 'abc'));
const server = http.createServer(mustCall((req, res) => {
  req.pipe(fs.createWriteStream(path + '.up')).on('finish', () => fs.createReadStream(path + '.up').pipe(res));
}));
listen(server, (port) => {
  const req = http.request({ port, host: '127.0.0.1', method: 'PUT' }, mustCall((res) => {
    const chunks = [];
    res.on('data', (d) => chunks.push(d)).on('end', mustCall(() => {
      assert(Buffer.concat(chunks).equals(fs.readFileSync(path)));
      server.close();
    }));
  }));
  fs.createReadStream(path).pipe(req);
});
