'use strict';
// cp and symbolic links: nothing is lost, and nothing is copied into itself for ever.
const { mustCall, tmp } = require('../common');
const assert = require('assert');
const fs = require('fs');
const { join } = require('path');

let made = 0;
const dir = (...names) => {
  const top = tmp('d' + made++);
  fs.mkdirSync(join(top, ...names), { recursive: true });
  return top;
};
const all = { recursive: true };
const refused = (from, to, options, want) => {
  assert.throws(() => fs.cpSync(from, to, options), want);
  fs.cp(from, to, options || {}, mustCall((err) => {
    assert.strictEqual(err.code, want.code);
    assert.strictEqual(err.message, want.message);
  }));
};

{ // A file where the link would go stays.
  const from = dir('a', 'b'), to = dir('a');
  fs.symlinkSync(join(from, 'a', 'b'), join(from, 'a', 'c'));
  fs.writeFileSync(join(to, 'a', 'c'), 'kept');
  refused(from, to, all, { code: 'EEXIST',
    message: `EEXIST: file already exists, symlink '${join(from, 'a', 'b')}' -> '${join(to, 'a', 'c')}'` });
  assert.strictEqual(fs.readFileSync(join(to, 'a', 'c'), 'utf8'), 'kept');
}

{ // The destination is inside of the source, over a link.
  const from = dir('a'), to = dir();
  fs.symlinkSync(from, join(to, 'b'));
  const dest = join(to, 'b', 'c');
  const want = { code: 'ERR_FS_CP_EINVAL',
    message: `Invalid src or dest: cp returned EINVAL (cannot copy ${from} to a subdirectory of self ${dest}) ${dest}` };
  refused(from, dest, undefined, want);
  refused(from, dest, all, want);
  assert.deepStrictEqual(fs.readdirSync(from), ['a']);
}

{ // A link to what holds the source.
  const from = dir('a', 'b'), to = dir('a');
  fs.symlinkSync(join(from, 'a', 'b'), join(from, 'a', 'c'));
  fs.symlinkSync(from, join(to, 'a', 'c'));
  const dest = join(to, 'a', 'c');
  refused(from, to, all, { code: 'ERR_FS_CP_SYMLINK_TO_SUBDIRECTORY',
    message: 'Cannot overwrite symlink in subdirectory of self: cp returned EINVAL ' +
      `(cannot overwrite ${from} with ${join(from, 'a', 'b')}) ${dest}` });
  assert.strictEqual(fs.readlinkSync(dest), from);
}

{ // Twice the same link.
  const from = dir(), to = dir();
  fs.symlinkSync(to, join(from, 'link'));
  fs.cpSync(from, to, all);
  refused(from, to, all, { code: 'ERR_FS_CP_EINVAL',
    message: `Invalid src or dest: cp returned EINVAL (cannot copy ${to} to a subdirectory of self ${to}) ${join(to, 'link')}` });
}

{ // Another link is replaced.
  const from = dir(), to = dir();
  for (const [top, name] of [[from, 'f'], [to, 'g']]) {
    fs.writeFileSync(join(top, name), name);
    fs.symlinkSync(name, join(top, 'link'));
  }
  fs.cpSync(from, to, all);
  assert.strictEqual(fs.readlinkSync(join(to, 'link')), join(from, 'f'));
}
