'use strict';
// Who the process runs as: what is asked, and what is refused before anything is changed.
require('../common');
const assert = require('assert');

if (process.platform !== 'win32') {
  const groups = process.getgroups();
  assert.ok(groups.includes(process.getegid()));
  assert.deepStrictEqual(groups.filter(Number.isInteger), groups);

  const nobody = 'no-such-name-anywhere';
  for (const [name, kind] of [['setuid', 'User'], ['seteuid', 'User'], ['setgid', 'Group'], ['setegid', 'Group']]) {
    assert.throws(() => process[name](nobody),
      { name: 'Error', code: 'ERR_UNKNOWN_CREDENTIAL', message: `${kind} identifier does not exist: ${nobody}` });
    assert.throws(() => process[name]({}), { name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE',
      message: 'The "id" argument must be one of type number or string. Received an instance of Object' });
    assert.throws(() => process[name](-1), { code: 'ERR_OUT_OF_RANGE' });
    assert.throws(() => process[name](1.5), { code: 'ERR_OUT_OF_RANGE' });
  }
  assert.throws(() => process.setgroups(1), { code: 'ERR_INVALID_ARG_TYPE' });
  assert.throws(() => process.setgroups([1, {}]), { code: 'ERR_INVALID_ARG_TYPE',
    message: 'The "groups[1]" argument must be one of type number or string. Received an instance of Object' });
  assert.throws(() => process.setgroups([nobody]), { code: 'ERR_UNKNOWN_CREDENTIAL' });
  assert.throws(() => process.initgroups(), { code: 'ERR_INVALID_ARG_TYPE' });
  assert.throws(() => process.initgroups('root', null), { code: 'ERR_INVALID_ARG_TYPE' });
  assert.throws(() => process.initgroups(nobody, nobody), { message: `Group identifier does not exist: ${nobody}` });
  assert.throws(() => process.initgroups(4e9, 0), { message: 'User identifier does not exist: 4000000000' });
}
