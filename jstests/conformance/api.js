'use strict';
// Without an argument: prints, as JSON, what each public module exports: names, and Class#name for
// what prototypes have. With such a list: prints what is missing here, null for a whole module.
const [,, list] = process.argv;
const api = {};
if (list) {
  const want = JSON.parse(require('fs').readFileSync(list, 'utf8'));
  for (const id of Object.keys(want)) {
    let exported;
    try {
      exported = require(id);
    } catch (err) {
      if (err.code !== 'MODULE_NOT_FOUND') throw err;
      api[id] = null;
      continue;
    }
    api[id] = want[id].filter((name) => {
      const [top, member] = name.split('#');
      if (!(top in exported)) return true;
      return member !== undefined && !(exported[top].prototype && member in exported[top].prototype);
    });
  }
} else {
  for (const id of require('module').builtinModules) {
    if (id.startsWith('_') || id === 'sys' || id.includes('/') && !/^(.*\/promises|util\/types|stream\/(consumers|web))$/.test(id)) continue;
    const exported = require(id);
    const names = new Set();
    for (const key of Object.keys(exported)) {
      if (key.startsWith('_') || key === 'default') continue;
      names.add(key);
      const { value } = Object.getOwnPropertyDescriptor(exported, key);
      if (typeof value !== 'function' || !/^[A-Z]/.test(key) || !value.prototype) continue;
      for (const name of Object.getOwnPropertyNames(value.prototype)) {
        if (name !== 'constructor' && !name.startsWith('_')) names.add(`${key}#${name}`);
      }
    }
    api[id] = Array.from(names).sort();
  }
}
process.stdout.write(JSON.stringify(api).replace(/\],"/g, '],\n"') + '\n');
