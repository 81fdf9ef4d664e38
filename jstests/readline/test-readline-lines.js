'use strict';
// Lines of input: their ends, however the pieces fall; the events; the iterator; the end.
const { mustCall, mustNotCall } = require('../common');
const assert = require('assert');
const readline = require('readline');
const { PassThrough, Readable } = require('stream');
const { Interface } = readline;

// collect gives the lines that the pieces make to fn.
function collect(pieces, fn, options = {}) {
  const input = new PassThrough();
  const seen = [];
  const rl = readline.createInterface({ input, ...options });
  assert.ok(rl instanceof Interface && rl instanceof require('events'));
  rl.on('line', (line) => seen.push(line));
  rl.on('close', mustCall(() => fn(seen)));
  for (const piece of pieces) input.write(piece);
  input.end();
}
const want = (pieces, lines) => collect(pieces, mustCall((seen) => assert.deepStrictEqual(seen, lines)));
want(['a\nb\r\nc\rd\u2028e'], ['a', 'b', 'c', 'd\u2028e']);
want(['one', ' line\nanother', '\n'], ['one line', 'another']);
want(['cr\r', '\nlf'], ['cr', 'lf']);
want([Buffer.from([0xe2, 0x82]), Buffer.from([0xac, 10])], ['\u20ac']);
want(['\n\n'], ['', '']);
want([], []);

// pause, resume, write, close.
{
  const input = new PassThrough();
  const rl = readline.createInterface(input);
  const events = [];
  for (const name of ['pause', 'resume', 'close']) rl.on(name, () => events.push(name));
  rl.on('line', mustCall((line) => assert.strictEqual(line, 'written')));
  assert.strictEqual(rl.terminal, false);
  assert.strictEqual(rl.getPrompt(), '> ');
  assert.strictEqual(rl.pause(), rl);
  rl.pause();
  assert.strictEqual(input.isPaused(), true);
  rl.write('written\n');
  rl.close();
  rl.close();
  assert.strictEqual(rl.closed, true);
  assert.deepStrictEqual(events, ['pause', 'resume', 'pause', 'close']);
  assert.strictEqual(input.listenerCount('data'), 0);
  assert.throws(() => rl.question('late', () => {}), { code: 'ERR_USE_AFTER_CLOSE', message: 'readline was closed' });
}

// Questions.
{
  const input = new PassThrough();
  const output = new PassThrough();
  const rl = readline.createInterface({ input, output, prompt: '# ' });
  rl.on('line', mustCall((line) => {
    assert.strictEqual(line, 'no answer');
    rl.prompt();
    assert.strictEqual(String(output.read()), 'name? age? # ');
    rl.close();
  }));
  rl.question('name? ', mustCall((name) => {
    assert.strictEqual(name, 'me');
    rl.question('age? ', {}, mustCall((age) => assert.strictEqual(age, '7')));
  }));
  input.write('me\n7\nno answer\n');
}
{
  const abort = new AbortController();
  const input = new PassThrough();
  const rl = readline.createInterface({ input });
  rl.question('q', { signal: abort.signal }, mustNotCall('the question'));
  abort.abort();
  rl.on('line', mustCall(() => rl.close()));
  input.write('a line\n');
}
{
  const abort = new AbortController();
  readline.createInterface({ input: new PassThrough(), signal: abort.signal }).on('close', mustCall());
  abort.abort();
}
require('util').promisify(Interface.prototype.question);

// The iterator, and the promises.
(async () => {
  const seen = [];
  for await (const line of readline.createInterface({ input: Readable.from(['a\nb', '\nc']) })) seen.push(line);
  assert.deepStrictEqual(seen, ['a', 'b', 'c']);

  const promises = require('readline/promises');
  assert.strictEqual(readline.promises, promises);
  const input = new PassThrough();
  const output = new PassThrough();
  const rl = promises.createInterface({ input, output });
  setImmediate(() => input.write('answer\n'));
  assert.strictEqual(await rl.question('? '), 'answer');
  const abort = new AbortController();
  const question = rl.question('?? ', { signal: abort.signal });
  abort.abort();
  await assert.rejects(question, { name: 'AbortError', code: 'ABORT_ERR' });
  rl.close();
  await assert.rejects(async () => rl.question('late'), { code: 'ERR_USE_AFTER_CLOSE' });
  assert.strictEqual(String(output.read()), '? ?? \r\n');
})().then(mustCall());

assert.throws(() => readline.createInterface({ input: new PassThrough(), completer: 'x' }), { code: 'ERR_INVALID_ARG_VALUE' });
