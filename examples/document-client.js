'use strict';
// The document's shorter examples of the client, one after the other, each with a server of this
// program's own in the place of www.google.com.
var http = require('http');

var server = http.createServer(function (req, res) {
  var size = 0;
  req.on('data', function (chunk) { size += chunk.length; });
  req.on('end', function () {
    res.writeHead(200, {'Content-Type': 'text/plain', 'X-Connection': req.headers.connection});
    res.end(req.method + ' ' + req.url + ' ' + size);
  });
});
var port;
server.listen(0, '127.0.0.1', function () {
  port = server.address().port;
  upload();
});

// http.request
function upload() {
  var options = {
    hostname: '127.0.0.1',
    port: port,
    path: '/upload',
    method: 'POST'
  };

  var req = http.request(options, function(res) {
    console.log('STATUS: ' + res.statusCode);
    console.log('HEADERS: ' + JSON.stringify(res.headers));
    res.setEncoding('utf8');
    res.on('data', function (chunk) {
      console.log('BODY: ' + chunk);
    });
    res.on('end', get);
  });

  req.on('error', function(e) {
    console.log('problem with request: ' + e.message);
  });

  // write data to request body
  req.write('data\n');
  req.write('data\n');
  req.end();
}

// http.get
function get() {
  http.get('http://127.0.0.1:' + port + '/index.html', function(res) {
    console.log("Got response: " + res.statusCode);
    res.resume().on('end', remove);
  }).on('error', function(e) {
    console.log("Got error: " + e.message);
  });
}

// 'agentRemove'
function remove() {
  var options = {hostname: '127.0.0.1', port: port};
  http.get(options, function(res) {
    // Do stuff
    console.log('not in the pool: ' + Object.keys(http.globalAgent.sockets).length);
    res.resume().on('end', noAgent);
  }).on("socket", function (socket) {
    socket.emit("agentRemove");
  });
}

// agent: false
function noAgent() {
  http.get({
    hostname: '127.0.0.1',
    port: port,
    path: '/',
    agent: false // create a new agent just for this one request
  }, function (res) {
    // Do stuff with response
    console.log('without an agent: ' + res.headers['x-connection']);
    res.resume().on('end', function () { server.close(); });
  });
}
