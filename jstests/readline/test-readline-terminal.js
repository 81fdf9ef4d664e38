'use strict';
// An editor of lines for a terminal: what programs do with it.
const { mustCall, mustNotCall } = require('../common');
const assert = require('assert');
const readline = require('readline');
const promises = require('readline/promises');
const { PassThrough, Writable } = require('stream');

// terminal gives what looks like one, and what was written to it.
function terminal(module = readline, options = {}) {
  const input = new PassThrough();
  const modes = [];
  input.setRawMode = (mode) => modes.push(mode);
  const screen = { text: '' };
  const output = new Writable({ decodeStrings: false, write(chunk, encoding, cb) { screen.text += chunk; cb(); } });
  output.isTTY = true;
  output.columns = 40;
  const rl = module.createInterface({ input, output, ...options });
  return { rl, input, output, modes, screen, type: (text) => input.emit('data', Buffer.from(text)) };
}

// Raw mode while it is open; the listeners go with it.
{
  const t = terminal();
  assert.strictEqual(t.rl.terminal, true);
  assert.strictEqual(t.rl.columns, 40);
  assert.deepStrictEqual(t.modes, [true]);
  t.rl.close();
  assert.deepStrictEqual(t.modes, [true, false]);
  assert.strictEqual(t.input.listenerCount('keypress'), 0);
  assert.strictEqual(t.output.listenerCount('resize'), 0);
}

// A question whose answer the screen does not show.
{
  const t = terminal();
  t.rl.question('password: ', mustCall((answer) => {
    assert.strictEqual(answer, 'sesame');
    assert.ok(!t.screen.text.includes('sesame') && t.screen.text.includes('******'), t.screen.text);
    t.rl.close();
  }));
  t.rl._writeToOutput = (text) => t.output.write(/^[a-z]$/.test(text) ? '*' : text);
  for (const c of 'sesame\r') t.type(c);
}

// Ctrl-C closes, unless somebody listens; Ctrl-D closes an empty line.
{
  const t = terminal();
  t.rl.on('SIGINT', mustCall());
  t.type('x\x03');
  assert.strictEqual(t.rl.closed || false, false);
  t.rl.removeAllListeners('SIGINT');
  t.rl.on('close', mustCall());
  t.type('\x04');
  assert.strictEqual(t.rl.line, 'x');
  t.type('\x03');
  const other = terminal();
  other.rl.on('close', mustCall());
  other.rl.on('line', mustNotCall());
  other.type('\x04');
}

// write() with a key; the line can be set.
{
  const t = terminal();
  t.rl.write('Delete this!');
  assert.strictEqual(t.rl.line, 'Delete this!');
  t.rl.write(null, { ctrl: true, name: 'u' });
  assert.strictEqual(t.rl.line, '');
  t.rl.line = 'set';
  t.rl.cursor = 1;
  t.type('X');
  assert.strictEqual(t.rl.line, 'sXet');
  assert.deepStrictEqual(t.rl.getCursorPos(), { cols: 4, rows: 0 });
  t.rl.close();
}

// Completion with a promise, and without.
{
  const t = terminal(promises, { completer: async (line) => [['apple', 'apply'], line] });
  t.type('a');
  t.type('\t');
  setImmediate(mustCall(() => {
    assert.strictEqual(t.rl.line, 'appl');
    t.type('\t');
    setImmediate(mustCall(() => {
      t.type('\t');
      setImmediate(mustCall(() => {
        assert.match(t.screen.text, /\r\napple {2}apply\r\n\r\n/);
        t.rl.close();
      }));
    }));
  }));
}

// A line that is there when the input ends is a line.
{
  const t = terminal();
  t.rl.on('line', mustCall((line) => assert.strictEqual(line, 'last')));
  t.rl.on('close', mustCall());
  t.type('last');
  t.input.end();
}

// A question can be taken back.
{
  const t = terminal(promises);
  const abort = new AbortController();
  t.rl.question('well? ', { signal: abort.signal }).then(mustNotCall(), mustCall((err) => {
    assert.strictEqual(err.name, 'AbortError');
    t.rl.close();
  }));
  abort.abort();
}

// Keys of a stream; Escape alone is one after a while.
{
  const stream = new PassThrough();
  readline.emitKeypressEvents(stream, { escapeCodeTimeout: 1 });
  const seen = [];
  stream.on('keypress', mustCall((s, key) => {
    seen.push(key.name);
    if (key.name === 'escape') {
      assert.deepStrictEqual(key, { sequence: '\x1b', name: 'escape', ctrl: false, meta: true, shift: false });
      assert.deepStrictEqual(seen, ['up', 'escape']);
    }
  }, 2));
  stream.write('\x1b[A');
  stream.write('\x1b');
}
assert.throws(() => readline.emitKeypressEvents(), TypeError);

// What is asked for must be sound.
const bad = (options, expected) => {
  assert.throws(() => readline.createInterface({ input: new PassThrough(), ...options }), expected);
};
bad({ history: 1 }, { code: 'ERR_INVALID_ARG_TYPE', message: 'The "history" argument must be an instance of Array. Received type number (1)' });
bad({ historySize: -1 }, { code: 'ERR_OUT_OF_RANGE', message: 'The value of "historySize" is out of range. It must be >= 0. Received -1' });
bad({ historySize: 'x' }, { code: 'ERR_INVALID_ARG_TYPE' });
bad({ tabSize: 0 }, { code: 'ERR_OUT_OF_RANGE', message: 'The value of "tabSize" is out of range. It must be >= 1 && <= 4294967295. Received 0' });
bad({ escapeCodeTimeout: 'a' }, { code: 'ERR_INVALID_ARG_VALUE', message: "The property 'input.escapeCodeTimeout' is invalid. Received 500" });
bad({ completer: 1 }, { code: 'ERR_INVALID_ARG_VALUE', message: "The argument 'completer' is invalid. Received 1" });
bad({ signal: 1 }, { code: 'ERR_INVALID_ARG_TYPE' });
