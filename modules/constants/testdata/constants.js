'use strict';
const c = require('constants');
const os = require('os').constants;
const fs = require('fs').constants;
console.log(c.ENOENT, c.SIGTERM, c.S_IFMT, c.O_RDWR, c.RTLD_LAZY, c.PRIORITY_LOW, Object.isFrozen(c));
console.log([os.errno, os.signals, os.priority, fs].every((from) => Object.keys(from).every((k) => c[k] === from[k])));
const warned = new Promise((resolve) => process.once('warning', resolve));
console.log(require('sys') === require('util'));
warned.then((w) => console.log(w.name, w.code, w.message));
