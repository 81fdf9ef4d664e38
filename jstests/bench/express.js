'use strict';
// Express 4 as its documentation begins; the argument is a folder that has it.
const express = require(require.resolve('express', { paths: [process.argv[2]] }));

const app = express();
app.get('/', (req, res) => res.send('Hello World!'));
const server = app.listen(0, '127.0.0.1', () => console.log(server.address().port));
