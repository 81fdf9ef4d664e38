package stream_test

import "testing"

func TestQuick(t *testing.T) {
	h := newHost(t)
	t.Log(h.eval(`
var r = new Readable({read() {}});
watch(r, 'r', ['data','end','close','pause','resume']);
r.push('abc'); r.push(Buffer.from('def')); r.push(null);
log(r.readableLength, r.readableFlowing, r._readableState.ended);
var w = new Writable({highWaterMark: 3, write(c, e, cb) { log('write', c, e); cb(); }, final(cb) { log('final'); cb(); }});
watch(w, 'w', ['drain', 'finish','close','prefinish']);
log(w.write('abcd'), w.write('x', () => log('cb')));
w.end('q', () => log('end cb'));
var p = new PassThrough(), q = new Transform({transform(c, e, cb) { cb(null, String(c).toUpperCase()); }});
p.pipe(q).on('data', (d) => log('q', d)).on('end', () => log('q end'));
p.write('hello'); p.end(' world');
`))
}
