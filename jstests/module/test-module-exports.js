// The exports and imports fields of package.json, self reference, and what is wrong with them.
const assert = require('assert');
const path = require('path');
const ask = require('./fixtures/exports/ask.js');

const rows = [
  ["a", "m"],
  ["a/sub", "sub"],
  ["a/feat/x", "x"],
  ["a/feat/private/x", "ERR_PACKAGE_PATH_NOT_EXPORTED", "Package subpath './feat/private/x' is not defined by \"exports\" in DIR/node_modules/a/package.json"],
  ["a/bad", "ERR_INVALID_PACKAGE_TARGET", "Invalid \"exports\" target \"../x.js\" defined for './bad' in the package config DIR/node_modules/a/package.json; targets must start with \"./\""],
  ["a/arr", "MODULE_NOT_FOUND", "Cannot find module 'DIR/node_modules/a/none.txt'"],
  ["a/cond", "ERR_PACKAGE_PATH_NOT_EXPORTED", "Package subpath './cond' is not defined by \"exports\" in DIR/node_modules/a/package.json"],
  ["a/nofile", "MODULE_NOT_FOUND", "Cannot find module 'DIR/node_modules/a/lib/nofile.js'"],
  ["a/dir/sub.js", "ERR_PACKAGE_PATH_NOT_EXPORTED", "Package subpath './dir/sub.js' is not defined by \"exports\" in DIR/node_modules/a/package.json"],
  ["a/none", "ERR_PACKAGE_PATH_NOT_EXPORTED", "Package subpath './none' is not defined by \"exports\" in DIR/node_modules/a/package.json"],
  ["a/package.json", "ERR_PACKAGE_PATH_NOT_EXPORTED", "Package subpath './package.json' is not defined by \"exports\" in DIR/node_modules/a/package.json"],
  ["a/notstring", "ERR_INVALID_PACKAGE_TARGET", "Invalid \"exports\" target \"4\" defined for './notstring' in the package config DIR/node_modules/a/package.json; targets must start with \"./\""],
  ["b", "ERR_PACKAGE_PATH_NOT_EXPORTED", "No \"exports\" main defined in DIR/node_modules/b/package.json"],
  ["b/x", "ERR_PACKAGE_PATH_NOT_EXPORTED", "Package subpath './x' is not defined by \"exports\" in DIR/node_modules/b/package.json"],
  ["c", "ERR_INVALID_PACKAGE_CONFIG", "Invalid package config DIR/node_modules/c/package.json. \"exports\" cannot contain some keys starting with '.' and some not. The exports object must either be an object of package subpath keys or an object of main entry condition name keys only."],
  ["self", "self"],
  ["self/x", "ERR_PACKAGE_PATH_NOT_EXPORTED", "Package subpath './x' is not defined by \"exports\" in DIR/package.json imported from DIR/ask.js"],
  ["#dep", "m"],
  ["#int/q", "int"],
  ["#bad", "ERR_INVALID_PACKAGE_TARGET", "Invalid \"imports\" target \"../q.js\" defined for '#bad' in the package config DIR/package.json imported from DIR/ask.js"],
  ["#abs", "ERR_INVALID_PACKAGE_TARGET", "Invalid \"imports\" target \"/etc/x\" defined for '#abs' in the package config DIR/package.json imported from DIR/ask.js"],
  ["#none", "ERR_PACKAGE_IMPORT_NOT_DEFINED", "Package import specifier \"#none\" is not defined in package DIR/package.json imported from DIR/ask.js"],
  ["#", "ERR_INVALID_MODULE_SPECIFIER", "Invalid module \"#\" is not a valid internal imports specifier name imported from DIR/ask.js"],
  ["#/x", "ERR_INVALID_MODULE_SPECIFIER", "Invalid module \"#/x\" is not a valid internal imports specifier name imported from DIR/ask.js"],
  ["a/feat/../x", "ERR_INVALID_MODULE_SPECIFIER", "Invalid module \"./feat/../x\" request is not a valid match in pattern \"./feat/*\" for the \"exports\" resolution of DIR/node_modules/a/package.json"],
  ["nope", "MODULE_NOT_FOUND", "Cannot find module 'nope'"],
  ["@x", "MODULE_NOT_FOUND", "Cannot find module '@x'"],
  ["a/lib/m.cjs", "ERR_PACKAGE_PATH_NOT_EXPORTED", "Package subpath './lib/m.cjs' is not defined by \"exports\" in DIR/node_modules/a/package.json"],
];
const dir = path.join(__dirname, 'fixtures', 'exports');
for (const [request, want, message] of rows) {
  if (message === undefined) {
    assert.strictEqual(ask(request), want, request);
    continue;
  }
  assert.throws(() => ask(request), (err) => {
    assert.strictEqual(err.code, want, request);
    assert.strictEqual(err.message.split('\nRequire')[0].replaceAll(dir, 'DIR'), message);
    return true;
  });
}
