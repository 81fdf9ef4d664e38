'use strict';
// Sends back what it gets, as it comes. Try: nc localhost 8080
const net = require('net');

const server = net.createServer({ allowHalfOpen: true }, (socket) => {
  const peer = `${socket.remoteAddress}:${socket.remotePort}`;
  console.log(`${peer} connected`);
  socket.pipe(socket); // ends when the client ends, and waits when the client does not read
  socket.on('error', (err) => console.log(`${peer} ${err.message}`));
  socket.on('close', () => console.log(`${peer} gone after ${socket.bytesRead} bytes`));
});

server.listen(process.env.PORT || 8080, () => console.log(`port ${server.address().port}`));
module.exports = server;
