console.log('a',1,{b:2});console.info('%s is %d','x',5);console.debug([1]);console.warn('warn');console.error('err %o',{a:1});
console.group('G1');console.log('in\nner');console.group();console.log({a:1,b:{c:2}});console.groupEnd();console.groupEnd();console.groupEnd();console.log('out');
console.count();console.count('x');console.count();console.countReset();console.count();console.countReset('nope');
console.assert(true,'no');console.assert(false,'yes %s','arg');console.assert(false);console.assert(false,{a:1});console.assert(0,'a','b');
console.dir({a:{b:{c:{d:1}}}},{depth:0});console.dir({a:{b:{c:{d:1}}}});console.dirxml(1,[2]);
console.table([[1,2],[3,4]]);console.table([{a:1,b:'x'},{a:2,c:true}]);console.table([1,2,'z']);console.table(new Map([['k',{v:1}],[2,3]]));console.table(new Set([1,'b']));console.table({x:{y:1},z:{y:2}});console.table([{a:1,b:2}],['b']);console.table(5);console.table(null);console.table([]);console.table([{a:{b:1,c:2,d:3}},{a:[1,2,3,4,5]}]);console.table('str');console.table([{name:'日本',x:1}]);console.table(new Map([[1,2]]).entries());console.table([[1,,3]]);console.table([1,{a:2}]);console.table([{2:1,a:1},{1:5}]);
console.timeEnd('zz');console.timeLog('zz');console.time('t');console.time('t');
console.log();console.log('%c styled','color:red');console.log('%');console.log('a%sb%%c','X');console.log(null,undefined,-0,10n,Symbol('s'));
console.trace;console.log(typeof console.Console, console instanceof console.Console, Object.prototype.toString.call(console));
const {Console}=console;let buf='';const c=new Console({ignoreErrors:false,stdout:{write(s){buf+='O:'+s}},stderr:{write(s){buf+='E:'+s}},groupIndentation:4,inspectOptions:{depth:0}});
c.log({a:{b:1}});c.error('e');c.group('g');c.warn('w\nx');c.groupEnd();const {log}=c;log('detached');process.stdout.write(buf);
for(const f of [()=>new Console({}),()=>new Console({stdout:process.stdout,colorMode:'x'}),()=>new Console({stdout:process.stdout,stderr:{}}),()=>new Console({stdout:process.stdout,groupIndentation:-1}),()=>new Console({stdout:process.stdout,colorMode:true,inspectOptions:{colors:true}})]){try{f();console.log('ok')}catch(e){console.log(e.code,e.message)}}
class My extends Console{ log(...a){ super.log('[my]',...a)} }
let b2='';const m=new My({stdout:{write(s){b2+=s}},ignoreErrors:false});m.log('x');m.info('y');process.stdout.write(b2);
new Console(process.stdout,process.stderr,false).log('three');Console(process.stdout).log('nonew');
const w=process.stdout.write;let got='';process.stdout.write=function(s){got+=s;return true};console.log('captured');process.stdout.write=w;console.log('got',JSON.stringify(got));
const l=console.log;console.log=(...a)=>l('PATCHED',...a);console.group('pg');console.groupEnd();console.table([[1]]);console.count('p');console.log=l;
console.log(Object.keys(console).filter(k=>k!='createTask'&&k!='context').sort().join());
console.log(require('console')===console, console.log.name, console.log.length);
console.log(new Foo()); function Foo(){this.a=[1,2,{b:3}]} Foo.prototype.bar=function(){};
console.log([new Foo,new Foo]); console.log({set:new Set([new Foo])});
console.log([,'a'],[ 'x', , ],{a:[undefined,null]});
console.log([['a',1],['b',2]], [[]], [{}], {a:{}}, {a:[]});
console.log('%s',new Error('in format').message, [new Error('in arr').message]);
console.log(Array(101).fill(0).length, Array(200).fill('ab'), 'x'.repeat(10010).length);
console.log(Object.assign(()=>{}, {x:1}), Object.assign(function nm(){}, {y:{z:1}}));
console.log([1.0,2.5,3], [true,false], ['a','b'].entries().next(), [1,2][Symbol.iterator](), (function*g(){})(), 'abc'.matchAll(/b/g));
console.log(globalThis===global, Buffer.from('hi').length);
