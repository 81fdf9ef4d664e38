'use strict';
// Keys at random, and all that an editor of lines does with them: what it writes, its line, cursor and
// history, and its events.
const readline = require('readline');
const { PassThrough, Writable } = require('stream');

let seed = 0;
const random = (n) => {
  seed = (seed * 1103515245 + 12345) % 2147483648;
  return Math.floor(seed / 65536) % n;
};
const keys = ['a', 'b', 'Z', '_', ' ', '  ', '-', '.', 'é', '你', '😀', '\t', '\x01', '\x05', '\x02', '\x06', '\x08', '\x7f', '\x0b',
  '\x15', '\x17', '\x19', '\x1by', '\x1bb', '\x1bf', '\x1bd', '\x1b\x7f', '\x1b[A', '\x1b[B', '\x1b[C', '\x1b[D', '\x1b[H', '\x1b[F',
  '\x1b[3~', '\x1b[1;5C', '\x1b[1;5D', '\x1b[3;5~', '\x1b[3;6~', '\x1f', '\x1e', '\r', '\n', '\r\n', '\x0e', '\x10', '\x0c',
  'hello world', 'foo.bar baz', 'x\ny\nz', '\x1b[Z', '\x1bOP', '\x1b[200~', '\x1b[[A', '\x1b[5~', '\x1b[99~', '\x1bO5P', '\x1b[1;2A',
  '\x1b[2$', '\x1b[7^', '\x1b[123~', '\x1b[24;5~', '\x1b\x1b[A', '\x1b\x1bb', '\x00', '\x1d', '\x1bx', '日本語テキスト長い行'];
const pick = (...all) => all[random(all.length)];

function session(n) {
  seed = n;
  const say = (...what) => console.log(what.map((w) => JSON.stringify(w)).join(' '));
  const input = new PassThrough();
  input.setRawMode = (mode) => say('raw', mode);
  const output = new Writable({ decodeStrings: false, write(chunk, encoding, cb) { say('out', chunk); cb(); } });
  output.isTTY = true;
  output.columns = pick(20, 7, undefined, 33);
  const rl = readline.createInterface({
    input, output, prompt: pick('> ', '', '\x1b[31mred\x1b[0m$ ', '你'), historySize: random(4), removeHistoryDuplicates: !!random(2),
    tabSize: 1 + random(8), history: ['one', 'foo two'],
    completer: pick(undefined, (line) => [['alpha', 'albert', '', 'béta 你', 'foo'].filter((x) => x.startsWith(line)), line],
      (line, cb) => cb(null, [['xx', 'xy'], line]), (line, cb) => cb('no idea')),
  });
  // Several keys at once are typed here, not pasted.
  Object.defineProperty(rl, 'isCompletionEnabled', { get: () => true, set() {} });
  for (const event of ['line', 'history', 'close', 'pause', 'resume']) rl.on(event, (value) => say(event, value));
  input.on('keypress', (s, key) => say('key', s, key));
  rl.prompt();
  for (let i = 0; i < 50; i++) {
    const key = keys[random(keys.length)];
    say('---', key);
    input.emit('data', Buffer.from(key));
    say(rl.line, rl.cursor, rl.historyIndex, rl.prevRows, rl.history, rl.getCursorPos());
  }
  rl.question('ask? ', (answer) => say('answer', answer));
  input.emit('data', 'yes\r');
  rl.close();
}
for (const n of [1, 2, 3, 4, 5, 6]) session(n);
