'use strict';
// Prints how long Express 4 and all that it requires takes to load, in milliseconds.
const file = require.resolve('express', { paths: [process.argv[2]] });
const before = process.hrtime.bigint();
require(file);
console.log(Number(process.hrtime.bigint() - before) / 1e6);
