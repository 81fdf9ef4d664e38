// Writes the tables of package english: node tables.js . (with the full ICU of Node 20, where /usr/share/zoneinfo
// is). The program has them as tables.gz, one after another with a form feed between them.
const fs=require('fs');const out=process.argv[2];
// currencies
const part=(o,n,t)=>new Intl.NumberFormat('en-US',o).formatToParts(n).filter(p=>p.type===t).map(p=>p.value).join('');
let cur=[];const sup=new Set(Intl.supportedValuesOf('currency'));
const A='ABCDEFGHIJKLMNOPQRSTUVWXYZ';
for(const a of A)for(const b of A)for(const c of A){const code=a+b+c;
 const o={style:'currency',currency:code};
 const nm=part({...o,currencyDisplay:'name'},2,'currency');
 const r=new Intl.NumberFormat('en-US',o).resolvedOptions();
 const sym=part(o,2,'currency'),nar=part({...o,currencyDisplay:'narrowSymbol'},2,'currency');
 if(nm===code&&sym===code&&nar===code&&r.maximumFractionDigits===2&&!sup.has(code))continue;
 const one=part({...o,currencyDisplay:'name',maximumFractionDigits:0},1,'currency');
 cur.push([code,sup.has(code)?'':'old',r.maximumFractionDigits===2?'':r.maximumFractionDigits,sym===code?'':sym,nar===sym?'':nar,one,nm===one+'s'?'':nm].join('\t'));
}
fs.writeFileSync(out+'/currencies.txt',cur.join('\n')+'\n');
// units
const units=Intl.supportedValuesOf('unit');
const pat=(u,d,n)=>new Intl.NumberFormat('en-US',{style:'unit',unit:u,unitDisplay:d}).format(n).replace(String(n),'#');
let U=[];const rows={};
for(const u of units){const r=[u];for(const d of ['long','short','narrow']){const one=pat(u,d,1),oth=pat(u,d,2);r.push(one,oth===one?'':oth);}rows[u]=r;
 for(const d of ['long','short','narrow']){const base='meter';const bp=pat(base,d,2);let p=pat(base+'-per-'+u,d,2); if(u==='meter')p=pat('gram-per-meter',d,2).replace(pat('gram',d,2),bp); if(!p.startsWith(bp))console.error('odd',u,d,p);r.push(p.slice(bp.length));}
 U.push(r.join('\t'));}
let odd=0;for(const a of units)for(const b of units){for(const d of ['long','short','narrow'])for(const n of [1,2]){
 const per=rows[b][7+['long','short','narrow'].indexOf(d)];
 const got=pat(a+'-per-'+b,d,n);const want=pat(a,d,n)+per;if(got!==want){odd++;console.error(a,b,d,n,JSON.stringify(got),JSON.stringify(want));}}}
console.error('odd',odd);
fs.writeFileSync(out+'/units.txt',U.join('\n')+'\n');
// zones
const tz=(z,n,t)=>new Intl.DateTimeFormat('en-US',{timeZone:z,timeZoneName:n}).formatToParts(t).find(p=>p.type==='timeZoneName').value;
const zones=Intl.supportedValuesOf('timeZone');
const J=Date.UTC(2025,0,15),K=Date.UTC(2025,6,15);
const off=(z,t)=>{const s=tz(z,'longOffset',t).slice(3);if(!s)return 0;const [h,m]=s.slice(1).split(':');return (s[0]=='-'?-1:1)*(h*60+ +m)};
let groups=new Map();
for(const z of zones){const oj=off(z,J),ok=off(z,K);const [s,d]=oj<=ok?[J,K]:[K,J];
 const has=oj!==ok; 
 const noGmt=x=>/^GMT[+-]/.test(x)?'':x;
 let ls=noGmt(tz(z,'long',s)),ld=has?noGmt(tz(z,'long',d)):'';let ss=noGmt(tz(z,'short',s)),sd=has?noGmt(tz(z,'short',d)):'';
 let lg=noGmt(tz(z,'longGeneric',s)),sg=noGmt(tz(z,'shortGeneric',s));
 const key=[ls,ld,ss,sd].join('\t');
 if(!groups.has(key))groups.set(key,[]);groups.get(key).push([z,lg,sg]);}
const Z=[];for(const [k,v] of groups){Z.push(k);for(const [z,lg,sg] of v)Z.push(' '+z+'\t'+lg+'\t'+sg);}
fs.writeFileSync(out+'/zones.txt',Z.join('\n')+'\n');
// aliases
const {execSync}=require('child_process');
const all=execSync('cd /usr/share/zoneinfo && find . -type f -o -type l').toString().split('\n').map(s=>s.slice(2)).filter(s=>s&&!/^(posix|right)\//.test(s)&&!/\./.test(s));
all.push(...'ACT AET AGT ART AST BET BST CAT CNT CST CTT EAT ECT IET IST JST MIT NET NST PLT PNT PRT PST SST VST'.split(' ')); // ICU has these too
const canon=new Set(zones);const al=[];
for(const z of all){if(canon.has(z))continue;try{const c=new Intl.DateTimeFormat('en',{timeZone:z}).resolvedOptions().timeZone;al.push(z+'\t'+c);if(!canon.has(c)&&c!=='UTC')console.error('noncanon',z,c)}catch(e){console.error('unknown',z)}}
fs.writeFileSync(out+'/zone_aliases.txt',al.sort().join('\n')+'\n');

const names = ['currencies', 'units', 'zones', 'zone_aliases'];
fs.writeFileSync(out + '/tables.gz', require('zlib').gzipSync(names.map((n) => fs.readFileSync(`${out}/${n}.txt`)).join('\f'), { level: 9 }));
