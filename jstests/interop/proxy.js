'use strict';
// The example of a proxy on a port of the system's choice.
process.env.PORT = '0';
const log = console.log;
console.log = () => {};
const proxy = require('../../examples/proxy.js');
proxy.on('listening', () => log(proxy.address().port));
