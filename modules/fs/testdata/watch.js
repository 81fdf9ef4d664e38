const fs = require('fs'), os = require('os'), path = require('path');
const t=(n,f)=>{try{console.log(n,f())}catch(e){console.log(n,'!!',e.name,e.code,e.message,JSON.stringify(e))}};
t('a',()=>fs.watch('/nonexist'));t('b',()=>fs.watch(5));t('c',()=>fs.watch('/tmp',5));t('d',()=>fs.watch('/tmp',{encoding:'x'}));t('e',()=>fs.watchFile('/tmp/x'));t('f',()=>fs.watchFile(5,()=>{}));t('g',()=>fs.watch('/tmp',{signal:5}));
const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'watch-'));
const file = path.join(dir, 'file');
const until = (w, want) => new Promise((resolve) => w.on('change', function on(type, name) { if (`${type} ${name}` === want) { w.removeListener('change', on); resolve(); } }));
(async () => {
  const w = fs.watch(dir);
  console.log(w.constructor.name, typeof w.ref, w.ref() === w);
  let seen = until(w, 'rename file');
  fs.writeFileSync(file, 'a');
  await seen; console.log('created');
  seen = until(w, 'change file');
  fs.appendFileSync(file, 'b');
  await seen; console.log('changed');
  w.on('close', () => console.log('closed'));
  w.close(); w.close();
  const one = fs.watch(file, { encoding: 'buffer' });
  const named = new Promise((resolve) => one.once('change', (type, name) => resolve([type, name])));
  fs.appendFileSync(file, 'c');
  console.log(await named);
  one.close();
  const ac = new AbortController();
  const got = [];
  setTimeout(() => fs.appendFileSync(file, 'd'), 20);
  try {
    const it = fs.promises.watch(dir, { signal: ac.signal })[Symbol.asyncIterator]();
    for (let r = await it.next(); !r.done; r = await it.next()) { got.push(r.value); if (got.length === 1) { console.log(r.value); ac.abort(); } }
  } catch (e) { console.log(e.name, e.code); }
  const big = fs.watch(dir, { recursive: true });
  fs.mkdirSync(path.join(dir, 'sub'));
  await new Promise((r) => setTimeout(r, 200));
  const deep = until(big, 'rename ' + path.join('sub', 'deep'));
  fs.writeFileSync(path.join(dir, 'sub', 'deep'), '');
  await deep; console.log('deep');
  big.close();
  await new Promise((resolve) => {
    fs.watchFile(file, { interval: 20 }, (now, before) => { console.log('size', before.size, now.size, now.constructor.name); fs.unwatchFile(file); resolve(); });
    setTimeout(() => fs.appendFileSync(file, 'e'), 100);
  });
  await new Promise((resolve) => fs.watchFile(path.join(dir, 'none'), { interval: 20 }, function first(now, before) { console.log('none', now.size, now.nlink, before.mtimeMs); fs.unwatchFile(path.join(dir, 'none'), first); resolve(); }));
  const blob = await fs.openAsBlob(file, { type: 'text/x' });
  console.log(blob.size, blob.type, await blob.text());
  fs.rmSync(dir, { recursive: true });
})();
