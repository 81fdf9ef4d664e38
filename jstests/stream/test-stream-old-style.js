'use strict';
const { mustCall } = require('../common');
const assert = require('assert');
const stream = require('stream');
const util = require('util');

// As programs of 2013 write it.
function Rot(options) {
  if (!(this instanceof Rot)) return new Rot(options);
  stream.Transform.call(this, options);
}
util.inherits(Rot, stream.Transform);
Rot.prototype._transform = function(chunk, encoding, done) {
  this.push(String(chunk).replace(/[a-z]/g, (c) => String.fromCharCode((c.charCodeAt(0) - 84) % 26 + 97)));
  done();
};
const r = Rot({ encoding: 'utf8' });
let text = '';
r.on('data', (d) => { assert.strictEqual(typeof d, 'string'); text += d; });
r.on('end', mustCall(() => assert.strictEqual(text, 'uryyb')));
r.write('hel');
r.end('lo');

function Old() { stream.call(this); this.readable = true; }
util.inherits(Old, stream);
const o = new Old(), sink = new stream.PassThrough();
o.pipe(sink);
o.emit('data', 'legacy');
o.emit('end');
sink.on('data', mustCall((d) => assert.strictEqual(String(d), 'legacy')));
sink.on('end', mustCall());
