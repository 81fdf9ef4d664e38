'use strict';
// The document's examples of ServerResponse and of message.url, in one server that answers one
// request of each and ends.
var http = require('http');
var url = require('url');
var querystring = require('querystring');

var server = http.createServer(function (request, response) {
  switch (url.parse(request.url).pathname) {
    case '/writeHead':
      var body = 'hello world';
      response.writeHead(200, {
        'Content-Length': body.length,
        'Content-Type': 'text/plain' });
      response.end(body);
      break;
    case '/implicit':
      response.statusCode = 404;
      response.setHeader("Content-Type", "text/html");
      response.setHeader("Set-Cookie", ["type=ninja", "language=javascript"]);
      var contentType = response.getHeader('content-type');
      response.setHeader("Content-Encoding", "x");
      response.removeHeader("Content-Encoding");
      response.end(contentType);
      break;
    case '/trailers':
      var fileData = 'the file';
      response.writeHead(200, { 'Content-Type': 'text/plain',
                                'Trailer': 'Content-MD5' });
      response.write(fileData);
      response.addTrailers({'Content-MD5': "7895bf4b8828b55ceaf47747b4bca667"});
      response.end();
      break;
    case '/status':
      response.end(JSON.stringify([
        http.STATUS_CODES[404],
        url.parse(request.url).query,
        url.parse(request.url, true).query,
        querystring.parse(url.parse(request.url).query)
      ]));
  }
});

var paths = ['/writeHead', '/implicit', '/trailers', '/status?name=ryan'];
server.listen(0, '127.0.0.1', function next() {
  var path = paths.shift();
  if (!path) return server.close();
  http.get({hostname: '127.0.0.1', port: server.address().port, path: path, agent: false}, function (res) {
    var text = '';
    res.on('data', function (chunk) { text += chunk; });
    res.on('end', function () {
      console.log(res.statusCode + ' ' + res.headers['content-type'] + ' ' + res.headers['content-length'] + ' ' +
        res.headers['set-cookie'] + ' ' + JSON.stringify(res.trailers) + ' ' + text);
      next();
    });
  });
});
