'use strict';
// nodemailer sends to a server of this program's own.
const net = require('net');
const nodemailer = require('nodemailer');
const { serve, run, say } = require('./client');

run(async () => {
  const lines = [];
  const server = await serve(net.createServer((socket) => {
    let data = false;
    let rest = '';
    socket.write('220 test ESMTP\r\n');
    socket.on('data', (d) => {
      const all = (rest + d).split('\r\n');
      rest = all.pop();
      for (const line of all) {
        lines.push(line);
        if (data) {
          if (line === '.') { data = false; socket.write('250 queued\r\n'); }
        } else if (/^EHLO/.test(line)) socket.write('250-test\r\n250-AUTH PLAIN\r\n250 8BITMIME\r\n');
        else if (/^AUTH/.test(line)) socket.write(/AHVzZXIAcGFzcw==/.test(line) ? '235 ok\r\n' : '535 no\r\n');
        else if (/^RCPT.*refused/.test(line)) socket.write('550 no such user\r\n');
        else if (line === 'DATA') { data = true; socket.write('354 go\r\n'); } else if (line === 'QUIT') socket.end('221 bye\r\n');
        else socket.write('250 ok\r\n');
      }
    });
    socket.on('error', () => {});
  }));
  const at = { host: '127.0.0.1', port: server.address().port, name: 'client.test' };
  const transport = nodemailer.createTransport({ ...at, auth: { user: 'user', pass: 'pass' } });
  const info = await transport.sendMail({ from: '"Sender Ü" <a@b.test>', to: 'c@d.test, e@f.test', subject: 'Grüße', text: 'plain\n.dot', html: '<b>html</b>', date: new Date(0), messageId: '<id@test>', attachments: [{ filename: 'a.txt', content: 'attached' }] });
  say(info.envelope, info.accepted, info.rejected, info.response);
  say(lines.map((l) => l.replace(/-+_NmP-[\w-]+|--_NmP-[\w-]+/g, 'BOUNDARY')).join('\n'));
  say(await nodemailer.createTransport({ ...at, auth: { user: 'x', pass: 'y' } }).verify().catch((e) => [e.code, e.responseCode]));
  say(await transport.sendMail({ from: 'a@b.test', to: 'refused@x.test', text: 'x' }).catch((e) => [e.code, e.rejected]));
  say(await nodemailer.createTransport({ ...at, port: 1 }).verify().catch((e) => e.code));
  const json = await nodemailer.createTransport({ jsonTransport: true }).sendMail({ from: 'a@b.test', to: 'c@d.test', subject: 's', messageId: '<x@y>', date: new Date(0), text: 't' });
  say(json.message);
  server.close();
});
