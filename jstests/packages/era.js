'use strict';
// What Node had when the packages of suites in run.js were written, and has no more: run.js starts
// their tests through this file, on both runtimes.
require('os').tmpDir = require('os').tmpdir;
process.EventEmitter = require('events').EventEmitter;

const Module = require('module');
const path = require('path');

process.argv.splice(1, 1);
process.argv[1] = path.resolve(process.argv[1]);
Module._load(process.argv[1], null, true);
