'use strict';
const { log, stories } = require('./stories');
const { ByteLengthQueuingStrategy, CountQueuingStrategy } = require('stream/web');

stories({
  'queuing strategies': [() => {
    const b = new ByteLengthQueuingStrategy({ highWaterMark: 5 });
    log(b, b.size({ byteLength: 3 }), b.size.name, b.size.length, b.size === new ByteLengthQueuingStrategy({ highWaterMark: 1 }).size);
    const c = new CountQueuingStrategy({ highWaterMark: 5 });
    log(c, c.size(), c.size.name, c.size.length);
    try {
      b.size();
    } catch (e) {
      log(e.message);
    }
    try {
      CountQueuingStrategy.prototype.size;
    } catch (e) {
      log(e.code, e.message);
    }
    log(Object.prototype.toString.call(b));
  }, [
    'ByteLengthQueuingStrategy { highWaterMark: 5 } 3 size 1 true',
    'CountQueuingStrategy { highWaterMark: 5 } 1 size 0',
    'Cannot read properties of undefined (reading \'byteLength\')',
    'ERR_INVALID_THIS Value of "this" must be of type CountQueuingStrategy',
    '[object ByteLengthQueuingStrategy]',
  ]],
  'receivers of other classes': [() => {
    const all = require('stream/web');
    for (const [k, C] of Object.entries(all)) {
      const out = [];
      for (const m of Reflect.ownKeys(C.prototype)) {
        if (m === 'constructor' || typeof m === 'symbol') continue;
        const d = Object.getOwnPropertyDescriptor(C.prototype, m);
        try {
          const v = (d.get || d.value).call({});
          if (v && v.then) {
            v.then(() => 0, (e) => log(k, m, 'rej', e.code, e.message));
          } else out.push(m + ' ' + v);
        } catch (e) {
          out.push(m + ' ' + e.code + ' ' + e.message);
        }
      }
      log(k, out);
    }
    return new Promise((r) => setImmediate(r));
  }, [
    'ReadableStream [\n  \'locked ERR_INVALID_THIS Value of "this" must be of type ReadableStream\',\n  \'getReader ERR_INVALID_THIS Value of "this" must be of type ReadableStream\',\n  \'pipeThrough ERR_INVALID_THIS Value of "this" must be of type ReadableStream\',\n  \'tee ERR_INVALID_THIS Value of "this" must be of type ReadableStream\',\n  \'values ERR_INVALID_THIS Value of "this" must be of type ReadableStream\'\n]',
    'ReadableStreamDefaultReader [\n  \'releaseLock ERR_INVALID_THIS Value of "this" must be of type ReadableStreamDefaultReader\'\n]',
    'ReadableStreamBYOBReader [\n  \'releaseLock ERR_INVALID_THIS Value of "this" must be of type ReadableStreamBYOBReader\'\n]',
    'ReadableStreamBYOBRequest [\n  \'view ERR_INVALID_THIS Value of "this" must be of type ReadableStreamBYOBRequest\',\n  \'respond ERR_INVALID_THIS Value of "this" must be of type ReadableStreamBYOBRequest\',\n  \'respondWithNewView ERR_INVALID_THIS Value of "this" must be of type ReadableStreamBYOBRequest\'\n]',
    'ReadableByteStreamController [\n  \'byobRequest ERR_INVALID_THIS Value of "this" must be of type ReadableByteStreamController\',\n  \'desiredSize ERR_INVALID_THIS Value of "this" must be of type ReadableByteStreamController\',\n  \'close ERR_INVALID_THIS Value of "this" must be of type ReadableByteStreamController\',\n  \'enqueue ERR_INVALID_THIS Value of "this" must be of type ReadableByteStreamController\',\n  \'error ERR_INVALID_THIS Value of "this" must be of type ReadableByteStreamController\'\n]',
    'ReadableStreamDefaultController [\n  "desiredSize undefined Cannot destructure property \'stream\' of \'controller[kState]\' as it is undefined.",\n  "close undefined Cannot destructure property \'stream\' of \'controller[kState]\' as it is undefined.",\n  "enqueue undefined Cannot destructure property \'stream\' of \'controller[kState]\' as it is undefined.",\n  "error undefined Cannot destructure property \'stream\' of \'controller[kState]\' as it is undefined."\n]',
    'TransformStream [\n  \'readable ERR_INVALID_THIS Value of "this" must be of type TransformStream\',\n  \'writable ERR_INVALID_THIS Value of "this" must be of type TransformStream\'\n]',
    'TransformStreamDefaultController [\n  \'desiredSize ERR_INVALID_THIS Value of "this" must be of type TransformStreamDefaultController\',\n  \'enqueue ERR_INVALID_THIS Value of "this" must be of type TransformStreamDefaultController\',\n  \'error ERR_INVALID_THIS Value of "this" must be of type TransformStreamDefaultController\',\n  \'terminate ERR_INVALID_THIS Value of "this" must be of type TransformStreamDefaultController\'\n]',
    'WritableStream [\n  \'locked ERR_INVALID_THIS Value of "this" must be of type WritableStream\',\n  \'getWriter ERR_INVALID_THIS Value of "this" must be of type WritableStream\'\n]',
    'WritableStreamDefaultWriter [\n  \'desiredSize ERR_INVALID_THIS Value of "this" must be of type WritableStreamDefaultWriter\',\n  \'releaseLock ERR_INVALID_THIS Value of "this" must be of type WritableStreamDefaultWriter\'\n]',
    'WritableStreamDefaultController [\n  \'signal ERR_INVALID_THIS Value of "this" must be of type WritableStreamDefaultController\',\n  \'error ERR_INVALID_THIS Value of "this" must be of type WritableStreamDefaultController\'\n]',
    'ByteLengthQueuingStrategy [\n  \'highWaterMark ERR_INVALID_THIS Value of "this" must be of type ByteLengthQueuingStrategy\',\n  \'size ERR_INVALID_THIS Value of "this" must be of type ByteLengthQueuingStrategy\'\n]',
    'CountQueuingStrategy [\n  \'highWaterMark ERR_INVALID_THIS Value of "this" must be of type CountQueuingStrategy\',\n  \'size ERR_INVALID_THIS Value of "this" must be of type CountQueuingStrategy\'\n]',
    'TextEncoderStream [\n  \'encoding ERR_INVALID_THIS Value of "this" must be of type TextEncoderStream\',\n  \'readable ERR_INVALID_THIS Value of "this" must be of type TextEncoderStream\',\n  \'writable ERR_INVALID_THIS Value of "this" must be of type TextEncoderStream\'\n]',
    'TextDecoderStream [\n  \'encoding ERR_INVALID_THIS Value of "this" must be of type TextDecoderStream\',\n  \'fatal ERR_INVALID_THIS Value of "this" must be of type TextDecoderStream\',\n  \'ignoreBOM ERR_INVALID_THIS Value of "this" must be of type TextDecoderStream\',\n  \'readable ERR_INVALID_THIS Value of "this" must be of type TextDecoderStream\',\n  \'writable ERR_INVALID_THIS Value of "this" must be of type TextDecoderStream\'\n]',
    'CompressionStream [\n  \'readable ERR_INVALID_THIS Value of "this" must be of type CompressionStream\',\n  \'writable ERR_INVALID_THIS Value of "this" must be of type CompressionStream\'\n]',
    'DecompressionStream [\n  \'readable ERR_INVALID_THIS Value of "this" must be of type DecompressionStream\',\n  \'writable ERR_INVALID_THIS Value of "this" must be of type DecompressionStream\'\n]',
    'ReadableStream cancel rej ERR_INVALID_THIS Value of "this" must be of type ReadableStream',
    'ReadableStream pipeTo rej ERR_INVALID_THIS Value of "this" must be of type ReadableStream',
    'ReadableStreamDefaultReader read rej ERR_INVALID_THIS Value of "this" must be of type ReadableStreamDefaultReader',
    'ReadableStreamDefaultReader closed rej ERR_INVALID_THIS Value of "this" must be of type ReadableStreamDefaultReader',
    'ReadableStreamDefaultReader cancel rej ERR_INVALID_THIS Value of "this" must be of type ReadableStreamDefaultReader',
    'ReadableStreamBYOBReader read rej ERR_INVALID_THIS Value of "this" must be of type ReadableStreamBYOBReader',
    'ReadableStreamBYOBReader closed rej ERR_INVALID_THIS Value of "this" must be of type ReadableStreamBYOBReader',
    'ReadableStreamBYOBReader cancel rej ERR_INVALID_THIS Value of "this" must be of type ReadableStreamBYOBReader',
    'WritableStream abort rej ERR_INVALID_THIS Value of "this" must be of type WritableStream',
    'WritableStream close rej ERR_INVALID_THIS Value of "this" must be of type WritableStream',
    'WritableStreamDefaultWriter closed rej ERR_INVALID_THIS Value of "this" must be of type WritableStreamDefaultWriter',
    'WritableStreamDefaultWriter ready rej ERR_INVALID_THIS Value of "this" must be of type WritableStreamDefaultWriter',
    'WritableStreamDefaultWriter abort rej ERR_INVALID_THIS Value of "this" must be of type WritableStreamDefaultWriter',
    'WritableStreamDefaultWriter close rej ERR_INVALID_THIS Value of "this" must be of type WritableStreamDefaultWriter',
    'WritableStreamDefaultWriter write rej ERR_INVALID_THIS Value of "this" must be of type WritableStreamDefaultWriter',
  ]]
});
