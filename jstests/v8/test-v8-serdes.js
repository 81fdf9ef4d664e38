// The classes that serialize piece by piece write and read V8's own bytes.
const assert = require('assert');
const v8 = require('v8');

const hex = (s) => s.releaseBuffer().toString('hex');
const bytes = (write, C = v8.Serializer) => {
  const s = new C();
  write(s);
  return hex(s);
};
const read = (text, C = v8.Deserializer) => new C(Buffer.from(text, 'hex'));

assert.deepStrictEqual(Object.keys(v8.Serializer.prototype), ['writeHeader', 'writeValue', 'releaseBuffer', 'transferArrayBuffer',
  'writeUint32', 'writeUint64', 'writeDouble', 'writeRawBytes', '_setTreatArrayBufferViewsAsHostObjects', '_getDataCloneError']);
assert.deepStrictEqual(Object.keys(v8.Deserializer.prototype), ['readHeader', 'readValue', 'getWireFormatVersion',
  'transferArrayBuffer', 'readUint32', 'readUint64', 'readDouble', '_readRawBytes', 'readRawBytes']);
for (const name of ['Serializer', 'Deserializer', 'DefaultSerializer', 'DefaultDeserializer'])
  assert.throws(() => v8[name](), { name: 'TypeError', message: `Class constructor ${name} cannot be invoked without 'new'` });

// Pieces.
assert.strictEqual(bytes((s) => {
  assert.strictEqual(s.writeHeader(), undefined);
  assert.strictEqual(s.writeValue({ a: [1, 'x', null] }), true);
  s.writeUint32(300);
  s.writeUint64(1, 2);
  s.writeDouble(1.5);
  s.writeRawBytes(Buffer.from('abc'));
  s.writeRawBytes(new Uint16Array([1, 2]));
}), 'ff0f6f22016141034902220178302400037b01ac028280808010000000000000f83f61626301000200');
assert.strictEqual(bytes((s) => [-1, '12', undefined, 1.9].forEach((n) => s.writeUint32(n))), 'ffffffff0f0c0001');
assert.throws(() => new v8.Serializer().writeRawBytes('x'), { code: 'ERR_INVALID_ARG_TYPE', message: 'source must be a TypedArray or a DataView' });
const twice = new v8.Serializer();
twice.writeUint32(1);
assert.strictEqual(hex(twice), '01');
twice.writeUint32(5);
assert.strictEqual(hex(twice), '05');

// Views: in V8's form with their memory, or the program's.
assert.strictEqual(bytes((s) => s.writeValue(new Uint8Array([1, 2, 3]).subarray(1))), '42030102035642010200');
assert.strictEqual(bytes((s) => {
  const b = new ArrayBuffer(8);
  s.writeValue([new Uint8Array(b, 1, 2), new DataView(b), b, new Float64Array(b)]);
}), '41044208000000000000000056420102005e01563f0008005e015e015646000800240004');
assert.strictEqual(bytes((s) => {
  s._setTreatArrayBufferViewsAsHostObjects(true);
  s._writeHostObject = function(o) { this.writeUint32(o.length); };
  s.writeValue({ a: new Uint8Array(3) });
}), '6f2201615c037b01');
assert.strictEqual(bytes((s) => s.writeValue([Buffer.from('ab'), new DataView(new ArrayBuffer(2), 1)]), v8.DefaultSerializer),
  '41025c0a0261625c090100240002');
assert.strictEqual(bytes((s) => {
  const b = new ArrayBuffer(4);
  s.transferArrayBuffer(7, b);
  s.writeValue([b, new Uint8Array(b), b]);
}), '410374075e0156420004005e01240003');
class Marked extends v8.DefaultSerializer {
  _writeHostObject(o) {
    this.writeUint32(99);
    super._writeHostObject(o);
  }
}
assert.strictEqual(bytes((s) => s.writeValue(new Uint8Array([7])), Marked), '5c63010107');

// What cannot be written.
assert.throws(() => new v8.Serializer().writeValue(() => 1), { name: 'Error', message: '()=>1 could not be cloned.'.replace('()=>1', '() => 1') });
const own = new v8.Serializer();
own._getDataCloneError = function(message) { return new RangeError(`${message} ${this === own}`); };
assert.throws(() => own.writeValue(Symbol('s')), { name: 'RangeError', message: 'Symbol(s) could not be cloned. true' });
const hostless = new v8.Serializer();
hostless._setTreatArrayBufferViewsAsHostObjects(true);
assert.throws(() => hostless.writeValue(new Uint8Array(1)), { message: '[object Uint8Array] could not be cloned.' });
assert.throws(() => new v8.DefaultSerializer()._writeHostObject({}), { message: 'Unserializable host object: {}' });

// Reading.
let d = read('ff0f4902');
assert.strictEqual(d.getWireFormatVersion(), 0);
assert.strictEqual(d.readHeader(), true);
assert.strictEqual(d.getWireFormatVersion(), 15);
assert.strictEqual(d.readValue(), 1);
assert.throws(() => d.readValue(), { message: 'Unable to deserialize cloned data.' });
for (const bad of ['', '00', 'ff7f'])
  assert.throws(() => read(bad).readHeader(), { message: 'Unable to deserialize cloned data due to invalid or unsupported version.' });
assert.strictEqual(read('ac02').readUint32(), 300);
assert.deepStrictEqual(read('8280808010').readUint64(), [1, 2]);
assert.strictEqual(read('000000000000f83f').readDouble(), 1.5);
for (const name of ['Uint32', 'Uint64', 'Double']) assert.throws(() => read('')['read' + name](), { message: `Read${name}() failed` });
d = read('010203');
d.readUint32();
const raw = d.readRawBytes(2);
assert.strictEqual(raw.toString('hex'), '0203');
assert.strictEqual(raw.buffer, d.buffer.buffer);
for (const n of [1, -1]) assert.throws(() => d.readRawBytes(n), { message: 'ReadRawBytes() failed' });

const shared = read('41044208000000000000000056420102005e01563f0008005e015e015646000800240004').readValue();
assert.deepStrictEqual(shared.map((v) => v.constructor.name + v.byteLength), ['Uint8Array2', 'DataView8', 'ArrayBuffer8', 'Float64Array8']);
assert(shared.every((v) => (v.buffer || v) === shared[2]));
d = read('410374075e0156420004005e01240003');
const memory = new ArrayBuffer(4);
d.transferArrayBuffer(7, memory);
const moved = d.readValue();
assert.strictEqual(moved[0], memory);
assert.strictEqual(moved[1].buffer, memory);
assert.throws(() => read('7407').readValue(), { message: 'Unable to deserialize cloned data.' });
assert.throws(() => d.transferArrayBuffer(7, {}), { code: 'ERR_INVALID_ARG_TYPE', message: 'arrayBuffer must be an ArrayBuffer or SharedArrayBuffer' });

d = read('5c05');
d._readHostObject = function() { return { n: this.readUint32() }; };
assert.deepStrictEqual(d.readValue(), { n: 5 });
d = read('5c05');
d._readHostObject = () => 5;
assert.throws(() => d.readValue(), { name: 'TypeError', message: 'readHostObject must return an object' });
assert.throws(() => read('5c05').readValue(), { message: 'Unable to deserialize cloned data.' });
assert.deepStrictEqual(read('5c0a026162', v8.DefaultDeserializer).readValue(), Buffer.from('ab'));
assert.throws(() => new v8.Deserializer('x'), { code: 'ERR_INVALID_ARG_TYPE', message: 'buffer must be a TypedArray or a DataView' });

// No snapshot is being built.
assert(!v8.startupSnapshot.isBuildingSnapshot());
for (const name of ['addDeserializeCallback', 'addSerializeCallback', 'setDeserializeMainFunction']) {
  assert.throws(() => v8.startupSnapshot[name](() => {}),
    { code: 'ERR_NOT_BUILDING_SNAPSHOT', message: 'Operation cannot be invoked when not building startup snapshot' });
}
