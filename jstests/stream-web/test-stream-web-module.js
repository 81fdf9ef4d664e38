'use strict';
// The module, the globals, and what the classes are like.
const { log, attempt, stories } = require('./stories');
const web = require('stream/web');

stories({
  'the module and the globals are the same': [() => {
    log(Object.keys(web).sort().join());
    log(Object.keys(web).every((name) => globalThis[name] === web[name]));
    log(require('node:stream/web') === web, require('module').builtinModules.includes('stream/web'));
    log(Object.keys(web).filter((name) => Object.keys(globalThis).includes(name)));
  }, [
    'ByteLengthQueuingStrategy,CompressionStream,CountQueuingStrategy,DecompressionStream,ReadableByteStreamController,ReadableStream,ReadableStreamBYOBReader,ReadableStreamBYOBRequest,ReadableStreamDefaultController,ReadableStreamDefaultReader,TextDecoderStream,TextEncoderStream,TransformStream,TransformStreamDefaultController,WritableStream,WritableStreamDefaultController,WritableStreamDefaultWriter',
    'true', 'true true', '[]',
  ]],
  'methods and getters': [() => {
    for (const name of ['ReadableStream', 'ReadableStreamBYOBReader', 'WritableStream', 'TransformStreamDefaultController', 'CountQueuingStrategy']) {
      const { prototype } = web[name];
      log(name, web[name].length, Object.keys(prototype).join());
      for (const key of Object.keys(prototype)) {
        const d = Object.getOwnPropertyDescriptor(prototype, key);
        log(key, d.enumerable, d.configurable, d.get ? [d.get.name, d.set] : [d.value.name, d.value.length]);
      }
      log(prototype[Symbol.toStringTag]);
    }
  }, [
    'ReadableStream 0 locked,cancel,getReader,pipeThrough,pipeTo,tee,values',
    'locked true true [ \'get locked\', undefined ]', 'cancel true true [ \'cancel\', 0 ]',
    'getReader true true [ \'getReader\', 0 ]', 'pipeThrough true true [ \'pipeThrough\', 1 ]',
    'pipeTo true true [ \'pipeTo\', 1 ]', 'tee true true [ \'tee\', 0 ]',
    'values true true [ \'values\', 0 ]', 'ReadableStream',
    'ReadableStreamBYOBReader 1 read,releaseLock,closed,cancel', 'read true true [ \'read\', 1 ]',
    'releaseLock true true [ \'releaseLock\', 0 ]', 'closed true true [ \'get closed\', undefined ]',
    'cancel true true [ \'cancel\', 0 ]', 'ReadableStreamBYOBReader',
    'WritableStream 0 locked,abort,close,getWriter', 'locked true true [ \'get locked\', undefined ]',
    'abort true true [ \'abort\', 0 ]', 'close true true [ \'close\', 0 ]',
    'getWriter true true [ \'getWriter\', 0 ]', 'WritableStream',
    'TransformStreamDefaultController 0 desiredSize,enqueue,error,terminate',
    'desiredSize true true [ \'get desiredSize\', undefined ]', 'enqueue true true [ \'enqueue\', 0 ]',
    'error true true [ \'error\', 0 ]', 'terminate true true [ \'terminate\', 0 ]',
    'TransformStreamDefaultController', 'CountQueuingStrategy 1 highWaterMark,size',
    'highWaterMark true true [ \'get highWaterMark\', undefined ]',
    'size true true [ \'get size\', undefined ]', 'CountQueuingStrategy',
  ]],
  'arguments of ReadableStream': [() => {
    const { ReadableStream } = web;
    attempt(() => new ReadableStream(5));
    attempt(() => new ReadableStream(null));
    attempt(() => new ReadableStream({}, 5));
    attempt(() => new ReadableStream({}, null));
    attempt(() => new ReadableStream(() => {}));
    attempt(() => new ReadableStream({ start: 5 }));
    attempt(() => new ReadableStream({ pull: 5 }));
    attempt(() => new ReadableStream({ cancel: 5 }));
    attempt(() => new ReadableStream({ type: 'x' }));
    attempt(() => new ReadableStream({ type: 'bytes' }, { size() {} }));
    attempt(() => new ReadableStream({}, { size: 5 }));
    attempt(() => new ReadableStream({}, { highWaterMark: -1 }));
    attempt(() => new ReadableStream({}, { highWaterMark: 'a' }));
    attempt(() => new ReadableStream({ type: 'bytes', autoAllocateChunkSize: 0 }));
    attempt(() => new ReadableStream().getReader(5));
    attempt(() => new ReadableStream().getReader({ mode: 'x' }));
    attempt(() => new ReadableStream().getReader({ mode: 'byob' }));
    attempt(() => new web.ReadableStreamDefaultReader(5));
    attempt(() => new web.ReadableStreamBYOBReader(new ReadableStream()));
    attempt(() => ReadableStream.from({}));
    attempt(() => ReadableStream.from(null));
    attempt(() => ReadableStream.from(5));
    attempt(() => ReadableStream.from({ [Symbol.iterator]: () => 5 }));
  }, [
    'TypeError ERR_INVALID_ARG_TYPE The "source" argument must be of type object. Received type number (5)',
    'TypeError ERR_INVALID_ARG_TYPE The "source" argument must be of type object. Received null',
    'TypeError ERR_INVALID_ARG_TYPE The "strategy" argument must be of type object. Received type number (5)',
    'ok ReadableStream { locked: false, state: \'readable\', supportsBYOB: false }',
    'ok ReadableStream { locked: false, state: \'readable\', supportsBYOB: false }',
    'TypeError undefined Bind must be called on a function',
    'TypeError ERR_INVALID_ARG_TYPE The "source.pull" property must be of type function. Received type number (5)',
    'TypeError ERR_INVALID_ARG_TYPE The "source.cancel" property must be of type function. Received type number (5)',
    'TypeError ERR_INVALID_ARG_VALUE The property \'source.type\' is invalid. Received \'x\'',
    'RangeError ERR_INVALID_ARG_VALUE The property \'strategy.size\' is invalid. Received [Function: size]',
    'TypeError ERR_INVALID_ARG_TYPE The "strategy.size" property must be of type function. Received type number (5)',
    'RangeError ERR_INVALID_ARG_VALUE The property \'strategy.highWaterMark\' is invalid. Received -1',
    'RangeError ERR_INVALID_ARG_VALUE The property \'strategy.highWaterMark\' is invalid. Received NaN',
    'TypeError ERR_INVALID_ARG_VALUE The property \'source.autoAllocateChunkSize\' is invalid. Received 0',
    'TypeError ERR_INVALID_ARG_TYPE The "options" argument must be of type object. Received type number (5)',
    'TypeError ERR_INVALID_ARG_VALUE The property \'options.mode\' is invalid. Received \'x\'',
    'TypeError ERR_INVALID_ARG_VALUE The argument \'stream\' must be a byte stream. Received ReadableStream { locked: false, state: \'readable\', supportsBYOB: false }',
    'TypeError ERR_INVALID_ARG_TYPE The "stream" argument must be an instance of ReadableStream. Received type number (5)',
    'TypeError ERR_INVALID_ARG_VALUE The argument \'stream\' must be a byte stream. Received ReadableStream { locked: false, state: \'readable\', supportsBYOB: false }',
    'TypeError ERR_ARG_NOT_ITERABLE {} must be iterable',
    'TypeError undefined Cannot read properties of null (reading \'Symbol(Symbol.asyncIterator)\')',
    'TypeError ERR_ARG_NOT_ITERABLE 5 must be iterable',
    'TypeError ERR_INVALID_STATE Invalid state: The iterator method must return an object',
  ]],
  'arguments of the others': [() => {
    attempt(() => new web.WritableStream({ type: 1 }));
    attempt(() => new web.WritableStream({ write: 1 }));
    attempt(() => new web.WritableStream(1));
    attempt(() => new web.WritableStreamDefaultWriter({}));
    attempt(() => new web.TransformStream({ readableType: 1 }));
    attempt(() => new web.TransformStream({ writableType: 1 }));
    attempt(() => new web.TransformStream({ transform: 1 }));
    attempt(() => new web.TransformStream({}, 1));
    attempt(() => new web.TransformStream({}, {}, { highWaterMark: -1 }));
    attempt(() => new web.CountQueuingStrategy());
    attempt(() => new web.CountQueuingStrategy({}));
    attempt(() => new web.ByteLengthQueuingStrategy({ highWaterMark: 'x' }).highWaterMark);
    for (const name of Object.keys(web).filter((n) => /Controller|Request/.test(n))) attempt(() => new web[name]());
  }, [
    'RangeError ERR_INVALID_ARG_VALUE The argument \'type\' is invalid. Received 1',
    'TypeError ERR_INVALID_ARG_TYPE The "sink.write" property must be of type function. Received type number (1)',
    'TypeError ERR_INVALID_ARG_TYPE The "sink" argument must be of type object. Received type number (1)',
    'TypeError ERR_INVALID_ARG_TYPE The "stream" argument must be an instance of WritableStream. Received an instance of Object',
    'RangeError ERR_INVALID_ARG_VALUE The property \'transformer.readableType\' is invalid. Received 1',
    'RangeError ERR_INVALID_ARG_VALUE The property \'transformer.writableType\' is invalid. Received 1',
    'TypeError ERR_INVALID_ARG_TYPE The "transformer.transform" property must be of type function. Received type number (1)',
    'TypeError ERR_INVALID_ARG_TYPE The "writableStrategy" argument must be of type object. Received type number (1)',
    'RangeError ERR_INVALID_ARG_VALUE The property \'strategy.highWaterMark\' is invalid. Received -1',
    'TypeError ERR_INVALID_ARG_TYPE The "init" argument must be of type object. Received undefined',
    'TypeError ERR_MISSING_OPTION init.highWaterMark is required', 'ok NaN',
    'TypeError ERR_ILLEGAL_CONSTRUCTOR Illegal constructor',
    'TypeError ERR_ILLEGAL_CONSTRUCTOR Illegal constructor',
    'TypeError ERR_ILLEGAL_CONSTRUCTOR Illegal constructor',
    'TypeError ERR_ILLEGAL_CONSTRUCTOR Illegal constructor',
    'TypeError ERR_ILLEGAL_CONSTRUCTOR Illegal constructor',
  ]],
  'what util.inspect shows': [() => {
    log(new web.TransformStream());
    log(new web.ReadableStream({ type: 'bytes' }).getReader({ mode: 'byob' }));
    log(new web.WritableStream().getWriter());
    new web.ReadableStream({ start(c) { log(c); } });
    new web.ReadableStream({ type: 'bytes', start(c) { log(c, c.byobRequest); } });
    new web.WritableStream({ start(c) { log(c); } });
  }, [
    'TransformStream {\n  readable: ReadableStream { locked: false, state: \'readable\', supportsBYOB: false },\n  writable: WritableStream { locked: false, state: \'writable\' },\n  backpressure: true\n}',
    'ReadableStreamBYOBReader {\n  stream: ReadableStream { locked: true, state: \'readable\', supportsBYOB: true },\n  readIntoRequests: 0,\n  close: Promise { <pending> }\n}',
    'WritableStreamDefaultWriter {\n  stream: WritableStream { locked: true, state: \'writable\' },\n  close: Promise { <pending> },\n  ready: Promise { undefined },\n  desiredSize: 1\n}',
    'ReadableStreamDefaultController {}', 'ReadableByteStreamController {} null',
    'WritableStreamDefaultController { stream: WritableStream { locked: false, state: \'writable\' } }',
  ]],
});
