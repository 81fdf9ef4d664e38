// SourceMap answers where generated text comes from; findSourceMap knows the maps of what was loaded while
// they are heeded.
const { tmp } = require('../common');
const assert = require('assert');
const fs = require('fs');
const path = require('path');
const { pathToFileURL } = require('url');
const { SourceMap, findSourceMap } = require('module');

const payload = { version: 3, sources: ['a.ts', 'b.ts'], names: ['x', 'y'], mappings: 'AAAA,CACA;CCCCC,OAD;EEAA', sourcesContent: ['1', '2'] };
const m = new SourceMap(payload, { lineLengths: [3, 4] });
assert.deepStrictEqual(m.lineLengths, [3, 4]);
assert.deepStrictEqual(m.payload, payload);
assert.notStrictEqual(m.payload.sources, payload.sources);
assert.strictEqual(new SourceMap(payload).lineLengths, undefined);
for (const [line, column] of [[0, 0], [0, 1], [0, 90], [1, 0], [1, 1], [1, 9], [2, 3], [9, 9]]) {
  const found = m.findEntry(line, column);
  const origin = m.findOrigin(line + 1, column + 1);
  if (found.originalSource !== undefined) assert.strictEqual(origin.fileName, found.originalSource);
  else assert.deepStrictEqual(origin, {});
}
assert.deepStrictEqual(m.findEntry(1, 3), { generatedLine: 1, generatedColumn: 1, originalSource: 'b.ts', originalLine: 2, originalColumn: 1, name: 'y' });
assert.deepStrictEqual(m.findOrigin(2, 4), { name: 'y', fileName: 'b.ts', lineNumber: 3, columnNumber: 4 });
assert.deepStrictEqual(m.findEntry(0, 1), { generatedLine: 0, generatedColumn: 1, originalSource: 'a.ts', originalLine: 1, originalColumn: 0, name: undefined });
assert.deepStrictEqual(new SourceMap({ sources: [], mappings: 'CAAA' }).findEntry(0, 0), {});
assert.deepStrictEqual(Object.keys(m.findEntry(2, 2)), ['generatedLine', 'generatedColumn', 'originalSource', 'originalLine', 'originalColumn', 'name']);
const sections = new SourceMap({ sections: [{ offset: { line: 5, column: 2 }, map: payload }] });
assert.strictEqual(sections.findEntry(5, 2).originalSource, 'a.ts');
assert.throws(() => new SourceMap(), { code: 'ERR_INVALID_ARG_TYPE', message: 'The "payload" argument must be of type object. Received undefined' });
assert.throws(() => SourceMap({}), TypeError);

fs.mkdirSync(tmp('source-map'));
const dir = fs.realpathSync(tmp('source-map'));
const file = path.join(dir, 'out.js');
fs.writeFileSync(file, 'module.exports = 1;\n//# sourceMappingURL=out.js.map\n');
fs.writeFileSync(file + '.map', JSON.stringify({ version: 3, sources: ['src/in.ts'], names: [], mappings: 'AAAA' }));
assert.strictEqual(findSourceMap(file), undefined);
process.setSourceMapsEnabled(true);
require(file);
const found = findSourceMap(file);
assert(found instanceof SourceMap);
assert.strictEqual(found.payload.sources[0], String(pathToFileURL(path.join(dir, 'src/in.ts'))));
assert.deepStrictEqual(found.lineLengths, [19, 31, 0]);
assert.strictEqual(findSourceMap(String(pathToFileURL(file))).findEntry(0, 0).originalLine, 0);
assert.strictEqual(findSourceMap(path.join(dir, 'other.js')), undefined);
assert.strictEqual(findSourceMap(), undefined);
