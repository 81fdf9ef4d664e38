'use strict';
// Many files at once on their way to clients that read slowly, pipeline, or leave: every byte is the file's own.
const { mustCall } = require('../common');
const assert = require('assert');
const fs = require('fs');
const http = require('http');
const net = require('net');
const os = require('os');
const path = require('path');
const { Writable, pipeline } = require('stream');

const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'file-streams-'));
const size = 64 * 1024 * 5 + 100;
const contents = [1, 2, 3, 4].map((n) => {
  const b = Buffer.alloc(size);
  for (let i = 0; i < size; i += 4) b.writeUInt32LE((n << 24) + i, i);
  fs.writeFileSync(path.join(dir, String(n)), b);
  return b;
});

const kept = [];
const server = http.createServer((req, res) => {
  const [, n, how] = req.url.split('/');
  const file = fs.createReadStream(path.join(dir, n));
  switch (how) {
    case 'kept': // who listens too has Buffers of its own
      file.on('data', (chunk) => kept.push([+n, chunk]));
      break;
    case 'patched': {
      const { write } = res;
      res.write = function(chunk, ...args) {
        kept.push([+n, chunk]);
        return write.call(this, chunk, ...args);
      };
      break;
    }
    case 'corked':
      res.cork();
      setImmediate(() => res.uncork());
      break;
    case 'length':
      res.setHeader('Content-Length', size);
      break;
    case 'pipeline':
      pipeline(file, res, () => {});
      return;
    case 'through':
      file.pipe(new Writable({ write(chunk, encoding, done) { res.write(chunk, done); }, final(done) { res.end(done); } }));
      return;
  }
  file.pipe(res);
});

const ways = ['plain', 'kept', 'patched', 'corked', 'length', 'pipeline', 'through'];
const get = (n, how, slow) => new Promise((resolve, reject) => {
  http.get({ port: server.address().port, host: '127.0.0.1', path: `/${n}/${how}`, agent: false }, (res) => {
    const chunks = [];
    res.on('data', (chunk) => {
      chunks.push(chunk);
      if (slow) {
        res.pause();
        setTimeout(() => res.resume(), 1);
      }
    });
    res.on('end', () => {
      assert.ok(Buffer.concat(chunks).equals(contents[n - 1]), `file ${n}, ${how}, ${slow}`);
      resolve();
    });
  }).on('error', reject);
});
const leave = (n) => new Promise((resolve) => {
  const req = http.get({ port: server.address().port, host: '127.0.0.1', path: `/${n}/plain`, agent: false }, (res) => {
    res.once('data', () => req.destroy());
    res.on('error', () => {}).on('close', resolve);
  });
});
// Two requests at once: the second answer waits for the first.
const pipelined = (a, b) => new Promise((resolve) => {
  const chunks = [];
  net.connect(server.address().port, '127.0.0.1', function() {
    this.write(`GET /${a}/length HTTP/1.1\r\nHost: x\r\n\r\nGET /${b}/length HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
  }).on('data', (chunk) => chunks.push(chunk)).on('end', () => {
    const all = Buffer.concat(chunks);
    const first = all.indexOf('\r\n\r\n') + 4;
    const second = all.indexOf('\r\n\r\n', first + size) + 4;
    assert.ok(all.subarray(first, first + size).equals(contents[a - 1]));
    assert.ok(all.subarray(second).equals(contents[b - 1]));
    resolve();
  });
});

server.listen(0, '127.0.0.1', mustCall(async () => {
  const all = [];
  for (const n of [1, 2, 3, 4]) {
    for (const how of ways) all.push(get(n, how, false), get(n, how, true));
    all.push(leave(n), pipelined(n, n % 4 + 1));
  }
  await Promise.all(all);
  // What a program got to see is not written over.
  const where = new Map();
  for (const [n, chunk] of kept) {
    assert.strictEqual(chunk.readUInt32LE(0) >>> 24, n);
    const at = chunk.readUInt32LE(0) & 0xffffff;
    assert.ok(chunk.equals(contents[n - 1].subarray(at, at + chunk.length)));
    where.set(n, (where.get(n) ?? 0) + chunk.length);
  }
  assert.deepStrictEqual([...where.values()], [1, 2, 3, 4].map(() => 4 * size));
  server.close();
  fs.rmSync(dir, { recursive: true });
}));
