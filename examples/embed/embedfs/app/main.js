const fs = require('fs');
const { shout } = require('./lib/shout');

console.log(__filename);
console.log(shout(fs.readFileSync(`${__dirname}/greeting.txt`, 'utf8').trim()));
try {
  fs.writeFileSync('greeting.txt', '');
} catch (err) {
  console.log(err.code);
}
console.log(fs.existsSync('/etc/passwd'));
