// Asks the name server in NAME_SERVER, which knows the zone "test". What is printed is node's, byte
// for byte.
const dns = require('dns');
const lines = [];
const text = (x) => x instanceof Error ? x.message + ' ' + JSON.stringify({ ...x }) : JSON.stringify(x);
const log = (name) => (...args) => lines.push(name + ': ' + args.map(text).join(' '));
process.on('exit', () => console.log(lines.sort().join('\n')));

const r = new dns.Resolver({ timeout: 2000, tries: 2 });
r.setServers([process.env.NAME_SERVER]);
r.resolve4('a.test', log('A'));
r.resolve4('a.test', { ttl: true }, log('A ttl'));
r.resolve4('A.TEST.', log('A upper'));
r.resolve6('a.test', { ttl: true }, log('AAAA'));
r.resolve('a.test', log('resolve'));
r.resolve4('alias.test', { ttl: true }, log('alias'));
r.resolveCname('alias.test', log('CNAME'));
r.resolveMx('a.test', log('MX'));
r.resolveNs('a.test', log('NS'));
r.resolveTxt('a.test', log('TXT'));
r.resolveSrv('a.test', log('SRV'));
r.resolvePtr('a.test', log('PTR'));
r.resolveSoa('a.test', log('SOA'));
r.resolveCaa('a.test', log('CAA'));
r.resolveNaptr('a.test', log('NAPTR'));
r.resolveAny('a.test', log('ANY'));
r.reverse('192.0.2.7', log('reverse 4'));
r.reverse('2001:db8::7', log('reverse 6'));
r.resolveMx('only-a.test', log('no data'));
r.resolve4('none.test', log('no name'));
r.resolve4('servfail.test', log('servfail'));
r.resolve4('refused.test', log('refused'));
r.resolve4('notimp.test', log('notimp'));
r.resolveTxt('big.test', (err, txt) => log('truncated')(err, txt && txt.length, txt && txt[39]));
r.resolve4('old.test', log('no extensions'));
r.resolve4('spoofed.test', log('spoofed'));
r.resolve4('x'.repeat(64) + '.test', log('label'));
r.resolve4('bücher.test', log('international'));

const p = new dns.promises.Resolver();
p.setServers([process.env.NAME_SERVER]);
p.resolveMx('a.test').then(log('promise MX'));
p.resolve('a.test', 'TXT').then(log('promise TXT'));
p.resolve4('a.test', { ttl: true }).then(log('promise ttl'));
p.resolve4('none.test').catch(log('promise none'));

// The functions of the module, once they know the server.
dns.setServers([process.env.NAME_SERVER]);
dns.resolve('a.test', 'AAAA', log('module'));
dns.promises.resolveNs('a.test').then(log('module promise'));
