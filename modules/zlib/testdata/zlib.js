const z=require('zlib');
const { Readable, pipeline, Writable } = require('stream');
const t=(n,f)=>{try{const v=f();console.log(n,'=>',Buffer.isBuffer(v)?v.toString('hex'):v)}catch(e){console.log(n,'!!',e.name,e.code,e.errno,e.message,Object.keys(e).join())}};
t('lvl',()=>z.createGzip({level:10}));t('lvl2',()=>z.createGzip({level:'a'}));t('wb',()=>z.createGzip({windowBits:99}));t('wb0',()=>z.createGunzip({windowBits:0})&&1);t('wbd0',()=>z.createDeflate({windowBits:0}));t('wb8',()=>z.createDeflateRaw({windowBits:8})&&1);t('mem',()=>z.createGzip({memLevel:0}));t('str',()=>z.createGzip({strategy:9}));t('dict',()=>z.createDeflate({dictionary:5}));t('chunk',()=>z.createGzip({chunkSize:1}));t('flush',()=>z.createGzip({flush:99}));
t('in',()=>z.gzipSync(5));t('in2',()=>z.gzip('a'));t('inf',()=>z.inflateSync(Buffer.from('garbage')));t('gun',()=>z.gunzipSync(Buffer.from('garbage')));t('trunc',()=>z.gunzipSync(z.gzipSync('hello world').subarray(0,15)));t('crc',()=>{const b=z.gzipSync('hello');b[b.length-6]^=1;z.gunzipSync(b)});t('adler',()=>{const b=z.deflateSync('hello');b[b.length-1]^=1;z.inflateSync(b)});t('unzip',()=>z.unzipSync(z.deflateSync('abc')).toString()+z.unzipSync(z.gzipSync('abc')));t('trail',()=>z.gunzipSync(Buffer.concat([z.gzipSync('abc'),z.gzipSync('def'),Buffer.alloc(10)])).toString());t('trail2',()=>z.gunzipSync(Buffer.concat([z.gzipSync('abc'),Buffer.from('xyzxyz')])).toString());t('inftrail',()=>z.inflateSync(Buffer.concat([z.deflateSync('abc'),Buffer.from('xyz')])).toString());t('max',()=>z.gunzipSync(z.gzipSync(Buffer.alloc(1000)),{maxOutputLength:10}));t('partial',()=>z.gunzipSync(z.gzipSync('hello world',{level:0}).subarray(0,20),{finishFlush:z.constants.Z_SYNC_FLUSH}).toString());t('dict',()=>z.inflateSync(z.deflateSync('abcabc',{dictionary:Buffer.from('abc')})));t('dict2',()=>z.inflateSync(z.deflateSync('abcabc',{dictionary:Buffer.from('abc')}),{dictionary:Buffer.from('abc')}).toString());t('dict3',()=>z.inflateSync(z.deflateSync('abcabc',{dictionary:Buffer.from('abc')}),{dictionary:Buffer.from('abx')}).toString());
t('br',()=>z.brotliDecompressSync(z.brotliCompressSync('hello')).toString());t('brt',()=>z.brotliDecompressSync(z.brotliCompressSync('hello').subarray(0,4)));t('brparam',()=>z.createBrotliCompress({params:{99:1}}));t('brparam2',()=>z.createBrotliCompress({params:{[z.constants.BROTLI_PARAM_QUALITY]:'x'}}));
t('info',()=>{const r=z.gzipSync('a',{info:true});return Object.keys(r).join()+r.engine.constructor.name});t('crc32',()=>z.crc32('hello')+' '+z.crc32('lo',z.crc32('hel')));
t('proto',()=>Object.getOwnPropertyNames(Object.getPrototypeOf(z.Gzip.prototype)).sort().join());
t('empty',()=>z.gunzipSync(Buffer.alloc(0)).length);t('emptyi',()=>z.inflateSync('').length);
t('keys',()=>Object.keys(z).join());t('consts',()=>JSON.stringify(z.constants));t('codes',()=>JSON.stringify(z.codes));t('old',()=>z.Z_SYNC_FLUSH);
for (const level of [0,1,6,9,-1]) for (const f of ['gzip','deflate','deflateRaw']) t(f+level,()=>{const d=Buffer.from('the quick brown fox '.repeat(500));return z[{gzip:'gunzip',deflate:'inflate',deflateRaw:'inflateRaw'}[f]+'Sync'](z[f+'Sync'](d,{level})).equals(d)});
t('heads',()=>[0,1,5,6,9].map((level)=>z.deflateSync('',{level}).subarray(0,2).toString('hex')+z.gzipSync('',{level}).subarray(0,10).toString('hex')).join());
t('win',()=>z.inflateSync(z.deflateSync('a'.repeat(2000),{windowBits:9}),{windowBits:9}).length);t('win2',()=>z.inflateSync(z.deflateSync('a'.repeat(2000)),{windowBits:9}).length);

const collect = (s, done) => { const all = []; s.on('data', (d) => all.push(d)).on('end', () => done(Buffer.concat(all))); return s; };
const big = Buffer.from(Array.from({ length: 20000 }, (_, i) => `line ${i * 7919 % 10007}\n`).join(''));
const steps = [
  (next) => { const g = z.createGzip(), u = z.createGunzip(); collect(g.pipe(u), (b) => { console.log('roundtrip', b.equals(big), g.bytesWritten, u.bytesWritten > 1000); next(); }); for (let i = 0; i < big.length; i += 7001) g.write(big.subarray(i, i + 7001)); g.end(); },
  (next) => { const u = z.createUnzip(); collect(u, (b) => { console.log('bytewise', b.equals(big.subarray(0, 3000))); next(); }); const c = z.deflateSync(big.subarray(0, 3000)); for (let i = 0; i < c.length; i++) u.write(c.subarray(i, i + 1)); u.end(); },
  (next) => { const u = z.createGunzip(); u.on('error', (e) => { console.log('error', e.code, e.errno, e.message); }); u.on('close', () => { console.log('close'); next(); }); u.end('not gzip at all'); },
  (next) => { const u = z.createGunzip(); u.on('data', (d) => console.log('data', String(d))); u.on('error', (e) => { console.log('error', e.code, e.message); next(); }); u.end(z.gzipSync('abcdefghij', { level: 0 }).subarray(0, 20)); },
  (next) => { const d = z.createDeflateRaw(), i = z.createInflateRaw(); d.pipe(i); i.once('data', (c) => { console.log('flushed', String(c)); d.end('!'); i.on('data', (c) => console.log('rest', String(c))); i.on('end', next); }); d.write('hello'); d.flush(() => console.log('flush cb')); },
  (next) => { const d = z.createDeflate({ level: 9 }); collect(d.pipe(z.createInflate()), (b) => { console.log('params', b.length); next(); }); d.write(Buffer.alloc(5000, 'a')); d.params(0, 0, (e) => { console.log('changed', e); d.end(Buffer.alloc(5000, 'b')); }); },
  (next) => { const c = z.createBrotliCompress({ params: { [z.constants.BROTLI_PARAM_QUALITY]: 4 } }); collect(c.pipe(z.createBrotliDecompress()), (b) => { console.log('brotli', b.equals(big)); next(); }); c.end(big); },
  (next) => { // a bomb meets a slow reader: it must not be all in memory
    const bomb = z.gzipSync(Buffer.alloc(8 << 20)); const u = z.createGunzip(); let most = 0, n = 0;
    pipeline(Readable.from([bomb]), u, new Writable({ highWaterMark: 1, write(c, e, cb) { n += c.length; most = Math.max(most, u.readableLength); setImmediate(cb); } }), (e) => { console.log('bomb', e, n, most <= 65536); next(); });
  },
  (next) => z.gzip('x', (e, b) => z.gunzip(b, (e, c) => { console.log('callbacks', e, String(c)); z.inflate('bad', (e, c) => { console.log(e.code, c); z.brotliCompress('x', { params: {} }, (e, b) => z.brotliDecompress(b, (e, c) => { console.log(String(c)); next(); })); }); })),
  (next) => { const g = z.createGzip(); g.close(() => { console.log('closed', g.destroyed); try { g.reset(); } catch (e) { console.log(e.code); } next(); }); },
  (next) => { const g = z.createGzip(); g.write('abc'); g.destroy(); g.on('close', () => { console.log('destroyed'); next(); }); },
  (next) => { const g = z.Gunzip(); g.write(z.gzipSync('abc')); g.on('data', (d) => { console.log(String(d)); g.destroy(); g.on('close', next); }); },
];
(function run() { const s = steps.shift(); if (s) s(run); })();
