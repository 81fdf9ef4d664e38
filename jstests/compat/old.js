'use strict';
// What these tests share, in the language of their time: node 0.11 runs them too.
var net = require('net');

// counted returns fn, which must be called n times (once) before the end.
exports.mustCall = function(fn, n) {
  var calls = 0;
  process.on('exit', function(code) {
    if (code === 0 && calls !== (n || 1)) {
      console.error('mustCall: called ' + calls + ' times, want ' + (n || 1) + ': ' + fn);
      process.reallyExit(1);
    }
  });
  return function() {
    calls++;
    return fn.apply(this, arguments);
  };
};

// wire sends text to server, which listens nowhere yet, and calls fn with all that came back, the
// date taken out.
exports.wire = function(server, text, fn) {
  server.listen(0, '127.0.0.1', function() {
    var socket = net.connect(server.address().port, '127.0.0.1');
    var got = '';
    socket.setEncoding('binary');
    socket.on('data', function(s) { got += s; });
    socket.on('error', function() {});
    socket.on('close', exports.mustCall(function() {
      server.close();
      fn(got.replace(/Date: [^\r]*\r\n/, ''));
    }));
    socket.write(text);
  });
};
