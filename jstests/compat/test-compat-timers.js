'use strict';
var assert = require('assert');

var order = [];
function note(name) {
  return function() {
    order.push(name);
    process.nextTick(function() { order.push('tick of ' + name); });
  };
}
setTimeout(function() {
  setImmediate(note('first'));
  setImmediate(note('second'));
}, 1);
process.on('exit', function(code) {
  if (code === 0) assert.deepEqual(order, ['first', 'second', 'tick of first', 'tick of second']);
});
