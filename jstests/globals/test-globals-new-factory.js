'use strict';
// Old code calls factories with new.
require('../common');
const assert = require('assert');
const fs = require('fs');
const http = require('http');
const net = require('net');

assert.ok(new http.createServer() instanceof http.Server);
assert.ok(new net.createServer() instanceof net.Server);
const { createServer } = http;
assert.ok(createServer() instanceof http.Server);
assert.strictEqual(http.createServer.name, 'createServer');
assert.strictEqual(http.createServer.length, 2);
const read = new fs.createReadStream(__filename);
assert.ok(read instanceof fs.ReadStream);
read.destroy();
assert.ok(fs.createReadStream(__filename).destroy() instanceof fs.ReadStream);
const write = new fs.createWriteStream('/dev/null');
assert.ok(write instanceof fs.WriteStream);
write.end();
