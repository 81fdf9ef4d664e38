// Streams open, read, write and close with the functions that fs, or their FileHandle, has at that moment.
const { mustCall, mustSucceed, order, tmp } = require('../common');
const assert = require('assert');
const fs = require('fs');

const log = order(['open', 'write', 'fsync', 'close', 'open', 'read', 'read', 'close', 'handle writev', 'handle sync', 'handle read', 'handle read', 'plain']);
const own = {};
function watch(...names) {
  for (const name of names) {
    own[name] = fs[name];
    fs[name] = function(...args) {
      log(name);
      return own[name].apply(this, args);
    };
  }
}
function unwatch() {
  for (const name of Object.keys(own)) fs[name] = own[name];
}

const file = tmp('seams.txt');
watch('open', 'read', 'write', 'fsync', 'close');
const w = fs.createWriteStream(file, { flush: true });
w.end('text');
w.on('close', mustCall(() => {
  const r = fs.createReadStream(file, { encoding: 'utf8' });
  r.on('data', mustCall((s) => assert.strictEqual(s, 'text')));
  r.on('close', mustCall(() => {
    unwatch();
    handles();
  }));
}));

function handles() {
  fs.promises.open(tmp('handle.txt'), 'w+').then(mustCall((handle) => {
    for (const name of ['read', 'writev', 'sync']) {
      const method = handle[name];
      handle[name] = function(...args) {
        log('handle ' + name);
        return method.apply(this, args);
      };
    }
    const w = handle.createWriteStream({ flush: true, autoClose: false });
    w.write('a');
    w.write('b');
    w.write('c');
    w.end(mustCall(() => {
      w.destroy();
      fs.promises.open(tmp('handle.txt')).then(mustCall((handle) => {
        const { read } = handle;
        handle.read = function(...args) {
          log('handle read');
          return read.apply(this, args);
        };
        const r = handle.createReadStream({ encoding: 'utf8' });
        r.on('data', mustCall((s) => assert.strictEqual(s, 'abc')));
        r.on('close', mustCall(() => {
          assert.strictEqual(handle.fd, -1);
          fs.createReadStream(file).on('close', mustCall(() => log('plain'))).resume();
        }));
      }));
    }));
  }));
}
void mustSucceed;
