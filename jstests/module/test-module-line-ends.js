// $ with the flag m matches before CR, in regular expressions as written.
const assert = require('assert');

const head = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nbody';
assert.strictEqual(/^Connection: close$/m.test(head), true);
assert.strictEqual(/^Content-Length: (\d+)$/m.exec(head)[1], '5');
assert.strictEqual(/^HTTP(.*)$/m.exec(head)[1], '/1.1 200 OK');
assert.strictEqual(/a$/m.test('a\nb'), true);
assert.strictEqual(/a$/m.test('ab'), false);
assert.strictEqual(/[$]$/m.exec('x$\r')[0], '$');
assert.strictEqual(/\$$/m.test('$'), true);
assert.strictEqual('a\u2028b'.replace(/$/mg, '|'), 'a|\u2028b|');
assert.strictEqual(/x$/.test('x\r\n'), false);
