// What util.inspect shows of a URL with showHidden: where its parts stand.
const { inspect } = require('util');
for (const href of ['https://username:password@host.name:8080/path/name/?que=ry#hash', 'http://a.b/', 'file:///x', 'file://host/x?', 'mailto:x@y?z',
  'http://[::1]:80/#', 'x://y:5?', 'x:/.//p', 'x:///q#', 'a:', 'blob:http://a/b', 'ws://u@h/?a#', 'wss://:p@h:1/a', 'https://u:@h/', 'ftp://ü.de/%20', 'data:text/plain,hi']) {
  const url = new URL(href);
  console.log(inspect(url, { showHidden: true }));
  url.searchParams.append('more', '1');
  console.log(inspect(url, { showHidden: true }));
}
class Mine extends URL {}
console.log(inspect(new Mine('http://x'), { showHidden: true }), inspect({ url: new Mine('http://x') }, { showHidden: true, depth: 1 }));
