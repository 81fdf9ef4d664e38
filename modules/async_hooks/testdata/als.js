const { AsyncLocalStorage: S, AsyncResource: R, ...a } = require('async_hooks');
const fs = require('fs');
const t=(n,f)=>{try{console.log(n,f())}catch(e){console.log(n,'!!',e.name,e.code,e.message)}};
t('r',()=>new R());t('r2',()=>new R('X',{triggerAsyncId:-2}));t('b',()=>R.bind(5));t('run',()=>new R('X').runInAsyncScope(5));t('als',()=>new S().run(1));t('snap',()=>S.snapshot()((x)=>x,3));t('id',()=>[a.executionAsyncId(),a.triggerAsyncId(),typeof a.executionAsyncResource()]);t('bindlen',()=>R.bind((a,b)=>1).length);t('hook',()=>a.createHook({init:5}));
const s = new S(), u = new S();
const say = (where) => console.log(where, s.getStore(), u.getStore());
say('outside');
console.log(s.run(1, (x, y) => { say('run'); u.run('u', () => say('both')); s.run(2, () => say('nested')); s.exit(() => say('exit')); return x + y; }, 3, 4));
say('after');
t('throws', () => s.run(1, () => { throw new Error('x'); })); say('after throw');
// What comes later comes one after the other, so that its order does not hang on the clock.
const rest = S.bind(() => {
  setTimeout(() => { s.enterWith('entered'); say('enterWith'); setTimeout(() => { say('later'); s.disable(); say('disabled'); s.run(9, () => say('again')); }, 1); }, 1);
  setTimeout(() => say('not entered'), 1);
});
s.run('timer', () => {
  process.nextTick(() => { say('tick'); process.nextTick(() => say('tick in tick')); });
  queueMicrotask(() => say('microtask')); Promise.resolve().then(() => { say('then'); return 1; }).then(() => say('then then'));
  (async () => { say('async'); await null; say('after await'); })();
  setImmediate(() => {
    say('immediate');
    setTimeout(async () => {
      say('timeout');
      await new Promise((r) => setTimeout(r, 1)); say('after timer');
      await fs.promises.stat(__filename); say('after stat');
      Promise.resolve().then(() => setTimeout(() => {
        say('timeout in then');
        fs.stat(__filename, () => {
          say('fs');
          let n = 0; const i = setInterval(() => { say('interval'); if (++n === 2) { clearInterval(i); rest(); } }, 1);
        });
      }, 1));
    }, 1);
  });
});
process.nextTick(() => say('outer tick'));
Promise.resolve().then(() => say('outer then'));
let later; s.run('bound', () => { later = S.bind(() => say('bind')); }); later();
let snap; s.run('snapped', () => { snap = S.snapshot(); }); snap(() => say('snapshot'));
let res; s.run('res', () => { res = new R('MINE'); }); res.runInAsyncScope(function (x) { say('scope'); console.log(this.k, x, a.executionAsyncId() === res.asyncId(), a.executionAsyncResource() === res); }, { k: 1 }, 2);
