'use strict';
// TextEncoderStream, TextDecoderStream, CompressionStream, DecompressionStream.
const { collect } = require('../common');
const { log, outcome, attempt, source, stories } = require('./stories');
const con = require('stream/consumers');
const zlib = require('zlib');

const encode = async (...chunks) => (await collect(source(...chunks).pipeThrough(new TextEncoderStream())))
  .map((b) => b.constructor.name + ' ' + Buffer.from(b).toString('hex'));
const decode = (args, ...chunks) => collect(source(...chunks.map((h) => Buffer.from(h, 'hex'))).pipeThrough(new TextDecoderStream(...args)));

stories({
  'text is encoded, surrogates over the edges of chunks': [async () => {
    log(await encode('a\ud83d', '\ude00b', '\ud83d', 'x', '\ude00'));
    log(await encode('', '\ud83d', ''));
    log(await encode(5, null, {}));
  }, [
    '[\n  \'Uint8Array 61\',\n  \'Uint8Array f09f988062\',\n  \'Uint8Array efbfbd78\',\n  \'Uint8Array efbfbd\'\n]',
    '[ \'Uint8Array efbfbd\' ]',
    '[\n  \'Uint8Array 35\',\n  \'Uint8Array 6e756c6c\',\n  \'Uint8Array 5b6f626a656374204f626a6563745d\'\n]',
  ]],
  'text is decoded, characters over the edges of chunks': [async () => {
    log(await decode([], 'e282', 'ac', 'ff41', 'e2'));
    log(await decode([], 'efbbbf41'));
    log(await decode(['utf-8', { ignoreBOM: true }], 'efbbbf41').then(([s]) => s.length));
    log(await decode(['utf-16le'], '6100', '62', '00'));
    await outcome('fatal', decode(['utf-8', { fatal: true }], 'ff'));
    await outcome('string', collect(source('text').pipeThrough(new TextDecoderStream())));
  }, [
    '[ \'€\', \'�A\', \'�\' ]', '[ \'A\' ]', '2', '[ \'a\', \'b\' ]',
    'fatal TypeError: The encoded data was not valid for encoding utf-8',
    'string TypeError: The "input" argument must be an instance of SharedArrayBuffer, ArrayBuffer or ArrayBufferView.',
  ]],
  'the classes': [() => {
    log(new TextEncoderStream());
    log(new TextDecoderStream('latin1', { fatal: true }));
    log(new CompressionStream('gzip'));
    attempt(() => new TextDecoderStream('nope'));
    attempt(() => new CompressionStream());
    attempt(() => new DecompressionStream('br'));
    attempt(() => TextEncoderStream.prototype.readable);
    attempt(() => TextDecoderStream.prototype.fatal);
    attempt(() => CompressionStream.prototype.writable);
    log(Object.keys(TextDecoderStream.prototype), Object.keys(TextEncoderStream.prototype), Object.keys(CompressionStream.prototype));
    log(String(new TextEncoderStream()), String(new DecompressionStream('deflate')));
  }, [
    'TextEncoderStream {\n  encoding: \'utf-8\',\n  readable: ReadableStream { locked: false, state: \'readable\', supportsBYOB: false },\n  writable: WritableStream { locked: false, state: \'writable\' }\n}',
    'TextDecoderStream {\n  encoding: \'windows-1252\',\n  fatal: true,\n  ignoreBOM: false,\n  readable: ReadableStream { locked: false, state: \'readable\', supportsBYOB: false },\n  writable: WritableStream { locked: false, state: \'writable\' }\n}',
    'CompressionStream {\n  readable: ReadableStream { locked: false, state: \'readable\', supportsBYOB: false },\n  writable: WritableStream { locked: false, state: \'writable\' }\n}',
    'RangeError ERR_ENCODING_NOT_SUPPORTED The "nope" encoding is not supported',
    'TypeError ERR_INVALID_ARG_VALUE The argument \'format\' is invalid. Received undefined',
    'TypeError ERR_INVALID_ARG_VALUE The argument \'format\' is invalid. Received \'br\'',
    'TypeError ERR_INVALID_THIS Value of "this" must be of type TextEncoderStream',
    'TypeError ERR_INVALID_THIS Value of "this" must be of type TextDecoderStream',
    'TypeError ERR_INVALID_THIS Value of "this" must be of type CompressionStream',
    '[ \'encoding\', \'fatal\', \'ignoreBOM\', \'readable\', \'writable\' ] [ \'encoding\', \'readable\', \'writable\' ] [ \'readable\', \'writable\' ]',
    '[object Object] [object DecompressionStream]',
  ]],
  'what is compressed comes out again': [async () => {
    for (const format of ['gzip', 'deflate', 'deflate-raw']) {
      const squeezed = source(Buffer.from('hello '), new Uint8Array(Buffer.from('world'.repeat(1000)))).pipeThrough(new CompressionStream(format));
      const text = await con.text(squeezed.pipeThrough(new DecompressionStream(format)));
      log(format, text.length, text.slice(0, 11));
    }
    log(await con.text(source(zlib.gzipSync('from zlib')).pipeThrough(new DecompressionStream('gzip'))));
  }, [
    'gzip 5006 hello world', 'deflate 5006 hello world', 'deflate-raw 5006 hello world', 'from zlib',
  ], true],
  'what is no compressed data': [async () => {
    await outcome('gzip', con.text(source(Buffer.from('garbage')).pipeThrough(new DecompressionStream('gzip'))));
    const writer = new CompressionStream('gzip').writable.getWriter();
    writer.closed.catch(() => {});
    await outcome('number', writer.write(5));
  }, [
    'gzip Error: incorrect header check',
    'number TypeError: The "chunk" argument must be of type string or an instance of Buffer, TypedArray, or DataView. Received type number (5)',
  ], true],
});
