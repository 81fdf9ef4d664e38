'use strict';
// The document's programs print what they should and end by themselves; the one that calls
// process.exit comes last.
const assert = require('assert');

const status = '["Not Found","name=ryan",{"name":"ryan"},{"name":"ryan"}]';
const lines = [];
console.log = (line) => { lines.push(line); };
require('../../examples/document-connect');
process.once('beforeExit', () => {
  const text = lines.splice(0).join('\n');
  assert(text.startsWith('got connected!\nHTTP/1.1 200 OK\r\n'), text);
  assert(text.includes('origin says hello\n'), text);
  require('../../examples/document-client');
  process.once('beforeExit', () => {
    const headers = lines.splice(1, 1)[0];
    assert(/^HEADERS: \{"content-type":"text\/plain","x-connection":"(close|keep-alive)"/.test(headers), headers);
    // The global agent of the document closes connections, node's keeps them.
    assert.deepStrictEqual(lines.splice(0), ['STATUS: 200', 'BODY: POST /upload 10', 'Got response: 200', 'not in the pool: 0',
      'without an agent: close']);
    require('../../examples/document-server');
    process.once('beforeExit', () => {
      assert.deepStrictEqual(lines.splice(0), [
        '200 text/plain 11 undefined {} hello world',
        '404 text/html 9 type=ninja,language=javascript {} text/html',
        '200 text/plain undefined undefined {"content-md5":"7895bf4b8828b55ceaf47747b4bca667"} the file',
        `200 undefined ${status.length} undefined {} ${status}`,
      ]);
      process.exitCode = 1; // until the last one has exited
      require('../../examples/document-upgrade');
      process.once('exit', (code) => {
        assert.strictEqual(code, 0);
        assert.deepStrictEqual(lines, ['got upgraded!']);
      });
    });
  });
});
