'use strict';
const { order, mustCall } = require('../common');
const EventEmitter = require('events');

// Listeners run in the order they were added; prepended ones first; once ones leave before they run.
const log = order(['first', 'a 1', 'b 1', 'once 1', 'first', 'a 2', 'b 2']);
const e = new EventEmitter();
e.on('x', (n) => log('a ' + n));
e.on('x', (n) => log('b ' + n));
e.once('x', (n) => log('once ' + n));
e.prependListener('x', () => log('first'));
e.emit('x', 1);
e.emit('x', 2);

// A listener that is removed while the event is emitted still runs this time.
const f = new EventEmitter();
const second = mustCall();
f.on('y', () => f.removeListener('y', second));
f.on('y', second);
f.emit('y');
f.emit('y');

// One that is added while the event is emitted does not.
const g = new EventEmitter();
const late = mustCall();
g.once('z', () => g.on('z', late));
g.emit('z');
g.emit('z');
