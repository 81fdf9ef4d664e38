const http = require('http');

http.createServer(async (req, res) => {
  await null;
  res.statusCode = 201;
  res.write(`${user()} ${req.method} ${req.url}: `);
  req.pipe(res);
}).listen(8080);
