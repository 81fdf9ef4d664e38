'use strict';
// Keeps 64 requests in flight through a keepAlive Agent against the server at the URL in argv, for
// as many seconds as argv says, and prints how many were answered.
const http = require('http');

const target = new URL(process.argv[2]);
const seconds = Number(process.argv[3]);
const agent = new http.Agent({ keepAlive: true, maxSockets: 64 });
const options = { agent, host: target.hostname, port: target.port, path: '/' };
const end = Date.now() + seconds * 1000;
let answered = 0;
let inFlight = 0;

function next() {
  if (Date.now() >= end) {
    if (inFlight === 0) {
      console.log(answered);
      agent.destroy();
    }
    return;
  }
  inFlight++;
  http.get(options, (res) => {
    res.resume();
    res.on('end', () => {
      answered++;
      inFlight--;
      next();
    });
  });
}
for (let i = 0; i < 64; i++) next();
