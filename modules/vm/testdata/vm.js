'use strict';
const vm = require('vm');
const fails = (fn) => { try { console.log('no error', fn()); } catch (e) { console.log(e.name, e.code, e.message); } };
console.log(vm.runInThisContext('1 + 1'), vm.runInThisContext('var fromScript = 5; fromScript * 2'), globalThis.fromScript, fromScript);
const local = 1;
console.log(vm.runInThisContext('typeof local'), vm.runInThisContext('typeof require'), vm.runInThisContext('this === globalThis'));
const s = new vm.Script('globalThis.count = (globalThis.count || 0) + 1', { filename: 'counter.js' });
for (let i = 0; i < 3; i++) s.runInThisContext();
console.log(count, s instanceof vm.Script, Object.prototype.hasOwnProperty.call(vm, 'runInNewContext'));
try { vm.runInThisContext('\n  throw new Error("here")', { filename: 'a file.js', lineOffset: 10 }); } catch (e) { console.log(/a file.js:(\d+)/.exec(e.stack)[1]); }
fails(() => vm.runInThisContext('throw new TypeError("x")'));
fails(() => vm.runInThisContext('for (;;) {}', { timeout: 20 }));
console.log(vm.runInThisContext('"still here"', { timeout: 1000 }));
try { vm.runInThisContext('var ='); } catch (e) { console.log(e.name, e instanceof SyntaxError); }
for (const o of [5, { filename: 5 }, { lineOffset: 'x' }, { timeout: 0 }, { timeout: 'x' }, { displayErrors: 1 }]) fails(() => vm.runInThisContext('1', o));
const f = vm.compileFunction('return a + b + this.c', ['a', 'b']);
console.log(typeof f, f.call({ c: 3 }, 1, 2));
for (const args of [[], [5], ['', 5], ['', [5]], ['', [], 5]]) fails(() => vm.compileFunction(...args));
console.log(vm.isContext({}));
fails(() => vm.isContext(5));
fails(() => vm.Script('1'));
