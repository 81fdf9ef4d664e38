'use strict';
// The document's example of an Agent that keeps connections: agent.request.
var http = require('http');

var server = http.createServer(function (req, res) {
  res.end(req.headers.connection);
});
server.listen(0, '127.0.0.1', function () {
  var options = {hostname: '127.0.0.1', port: server.address().port};
  function onResponseCallback(res) {
    res.on('data', function (chunk) { console.log(chunk.toString()); });
    res.on('end', function () {
      setImmediate(function () {
        console.log(Object.keys(keepAliveAgent.freeSockets).length + ' free');
        keepAliveAgent.destroy();
        server.close();
      });
    });
  }

var http = require('http');
var keepAliveAgent = new http.Agent({ keepAlive: true });
keepAliveAgent.request(options, onResponseCallback).end();

});
