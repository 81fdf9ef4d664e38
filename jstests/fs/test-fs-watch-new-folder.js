'use strict';
// A recursive watcher tells of what came into a new folder before anybody could watch that.
const assert = require('assert');
const fs = require('fs');
const os = require('os');
const path = require('path');

const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'watch-'));
const deep = path.join('a', 'b', 'c');
const file = path.join(deep, 'file');

const watcher = fs.watch(dir, { recursive: true });
watcher.on('change', (event, name) => {
  if (name !== file) return;
  assert.strictEqual(event, 'rename');
  watcher.close();
  fs.rmSync(dir, { recursive: true });
});
fs.mkdirSync(path.join(dir, deep), { recursive: true });
fs.writeFileSync(path.join(dir, file), 'text');
