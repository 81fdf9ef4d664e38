'use strict';
// repl.start over streams: what is asked, answered and told.

const { mustCall } = require('../common');
const assert = require('assert');
const { PassThrough } = require('stream');
const repl = require('repl');

function converse(options, lines, want, prepare, next) {
  const input = new PassThrough();
  const output = new PassThrough();
  let text = '';
  output.setEncoding('utf8').on('data', (d) => { text += d; });
  const server = repl.start({ input, output, terminal: false, ...options });
  assert.ok(server instanceof repl.REPLServer);
  server.on('exit', mustCall(() => {
    // The streams have what was written before.
    setImmediate(mustCall(() => {
      assert.deepStrictEqual(text.split('\n'), want);
      if (next) next();
    }));
  }));
  prepare(server);
  input.end(lines.join('\n') + '\n');
}

converse({ prompt: 'x> ' }, [
  '1 + 1', '_', "'text'", '{ a: 1 }', 'function f() {', 'return 3', '}', 'f()', 'await 5', '',
  'throw new TypeError("no")', '_error.name', 'null', '.nothing', 'let one = 1; one', 'const two = await 2', 'one + two',
  '.break', 'if (1) {', '.break', '`a', 'b`', '[1,', '2]', 'void 0', '.exit', 'late',
], [
  'x> 2', 'x> 2', "x> 'text'", 'x> { a: 1 }', 'x> ... ... undefined', 'x> 3', 'x> 5',
  'x> x> Uncaught TypeError: no', "x> 'TypeError'", 'x> null', 'x> Invalid REPL keyword', 'x> 1', 'x> undefined', 'x> 3',
  "x> x> ... x> ... 'a\\nb'", 'x> ... [ 1, 2 ]', 'x> undefined', 'x> ',
], () => {}, own);

// An evaluation of one's own, which may ask for more.
function own() {
  converse({
    prompt: '', ignoreUndefined: true,
    eval(code, context, file, callback) {
      assert.strictEqual(typeof context, 'object');
      assert.match(file, /^REPL\d+$/);
      if (code === 'more\n') return callback(new repl.Recoverable(new SyntaxError('unended')));
      if (code === 'fail\n') return callback(new Error('failed'));
      if (code === 'nothing\n') return callback(null, undefined);
      callback(null, code);
    },
    writer: (v) => `<${v instanceof Error ? v.message : JSON.stringify(v)}>`,
  }, ['code', 'nothing', 'more', 'yet', 'fail', '.shout loud'], [
    '<"code\\n">', '... <"more\\nyet\\n">', 'Uncaught <failed>', 'LOUD', '',
  ], (server) => {
    server.defineCommand('shout', {
      help: 'says it louder',
      action(text) {
        this.clearBufferedCommand();
        this.output.write(text.toUpperCase() + '\n');
        this.displayPrompt();
      },
    });
    assert.throws(() => server.defineCommand('x', 5), { code: 'ERR_INVALID_ARG_TYPE' });
  });
}

assert.throws(() => repl.start({ input: new PassThrough(), output: new PassThrough(), eval() {}, breakEvalOnSigint: true }),
  { code: 'ERR_INVALID_REPL_EVAL_CONFIG' });
assert.strictEqual(repl.writer({ a: [1] }), '{ a: [ 1 ] }');
assert.ok(repl.builtinModules.includes('http'));
