'use strict';
// formidable, busboy and multer read the same form.
const busboy = require('busboy');
const express = require('express');
const { formidable } = require('formidable');
const fs = require('fs');
const multer = require('multer');
const os = require('os');
const path = require('path');
const { show, serve, run, form } = require('./client');

const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'forms-'));
const app = express();
app.post('/formidable', (req, res, next) => {
  formidable({ uploadDir: dir, maxFileSize: 100000 }).parse(req, (err, fields, files) => {
    if (err) return res.status(err.httpCode || 400).send(`${err.code} ${err.message.replace(/received \d+/, 'received N')}`);
    res.json([fields, Object.entries(files).map(([name, [f]]) => [name, f.originalFilename, f.mimetype, f.size, fs.readFileSync(f.filepath, 'utf8').slice(0, 20)])]);
  });
});
app.post('/busboy', (req, res) => {
  const seen = [];
  let bb;
  try {
    bb = busboy({ headers: req.headers, limits: { fileSize: 100000, fields: 5 } });
  } catch (err) {
    return res.status(400).send(err.message);
  }
  bb.on('field', (name, value, info) => seen.push([name, value, info.mimeType, info.encoding]));
  bb.on('file', (name, file, info) => {
    let size = 0;
    file.on('data', (d) => { size += d.length; }).on('limit', () => seen.push('limit')).on('close', () => seen.push([name, info, size]));
  });
  bb.on('error', (err) => res.status(400).send(err.message));
  bb.on('close', () => res.headersSent || res.json(seen));
  req.pipe(bb);
});
const upload = multer({ dest: dir, limits: { fileSize: 100000 } });
app.post('/multer', upload.single('file'), (req, res) => res.json([req.body, req.file.originalname, req.file.mimetype, req.file.size, fs.readFileSync(req.file.path, 'utf8').slice(0, 20)]));
app.post('/memory', multer().any(), (req, res) => res.json([req.body, req.files.map((f) => [f.fieldname, f.buffer.length])]));
app.use((err, req, res, next) => res.status(400).send(`${err.name} ${err.code} ${err.message}`));

run(async () => {
  const server = await serve(app);
  const small = form([['text', 'größe'], ['list', '1'], ['list', '2'], ['file', 'content of the file', 'a b.txt', 'text/plain']]);
  const large = form([['file', 'x'.repeat(200000), 'big.bin', 'application/octet-stream']]);
  for (const url of ['/formidable', '/busboy', '/multer', '/memory']) {
    for (const [headers, body] of [small, large]) await show(server, url, { method: 'POST', headers }, body).catch((err) => console.log(url, err.code));
    await show(server, url, { method: 'POST', headers: { 'Content-Type': 'multipart/form-data; boundary=none' } }, 'not a form').catch((err) => console.log(url, err.code));
  }
  for (const url of ['/formidable', '/busboy']) await show(server, url, { method: 'POST', headers: { 'Content-Type': 'application/x-www-form-urlencoded' } }, 'a=1&b=c%20d');
  await show(server, '/busboy', { method: 'POST', headers: { 'Content-Type': 'text/plain' } }, 'x');
  server.closeAllConnections();
  server.close();
  fs.rmSync(dir, { recursive: true });
});
