'use strict';
// An agent changes the request after its head was made: path, fields and what waits to be sent.
const { mustCall, listen } = require('../common');
const assert = require('assert');
const http = require('http');

class Rewriting extends http.Agent {
  createSocket(req, options, cb) {
    setImmediate(() => {
      req._header = null;
      req.path = `http://origin${req.path}`;
      req.setHeader('X-Via', 'agent');
      req._implicitHeader();
      assert(req._header.startsWith(`${req.method} http://origin/`), req._header);
      if (req.outputData.length > 0) {
        const first = req.outputData[0].data;
        const end = first.indexOf('\r\n\r\n') + 4;
        assert(first.startsWith(`${req.method} /`), first);
        req.outputData[0].data = req._header + first.substring(end);
      }
      super.createSocket(req, options, cb);
    });
  }
}

const server = http.createServer((req, res) => {
  let text = '';
  req.on('data', (d) => { text += d; }).on('end', () => res.end(`${req.method} ${req.url} ${req.headers['x-via']} ${text}`));
});
listen(server, (port) => {
  const agent = new Rewriting();
  let left = 3;
  const request = (options, send, want) => {
    const req = http.request({ port, host: '127.0.0.1', agent, ...options }, mustCall((res) => {
      let text = '';
      res.on('data', (d) => { text += d; }).on('end', mustCall(() => {
        assert.strictEqual(text, want);
        if (--left === 0) server.close();
      }));
    }));
    send(req);
  };
  request({ path: '/get' }, (req) => req.end(), 'GET http://origin/get agent ');
  request({ path: '/text', method: 'POST' }, (req) => req.end('h\u00e9llo'), 'POST http://origin/text agent h\u00e9llo');
  request({ path: '/buffer', method: 'POST' }, (req) => req.end(Buffer.from('h\u00e9llo')), 'POST http://origin/buffer agent h\u00e9llo');
});
