'use strict';
// Packages written in the newest syntax: compilers, parsers, a DOM, a framework over fetch's classes.
const { run, say } = require('./client');

run(async () => {
  const babel = require('@babel/core');
  const source = 'const f = async (x) => x?.y ?? `a${x}`; class A { #p = 1; static s = 2; get p() { return this.#p } }';
  say(babel.transformSync(source, { presets: [require('@babel/preset-env')], configFile: false }).code.length);
  say((await require('terser').minify('function add(first, second) { return first + second } console.log(add(1, 2))')).code);
  say(await require('prettier').format('const  {a,b} = await  f( {x:1} )', { parser: 'babel' }));

  const { JSDOM } = require('jsdom');
  const { window } = new JSDOM('<p class=a>x<b>y</b></p><script>document.title = "set"</script>', { runScripts: 'outside-only' });
  window.document.querySelector('b').textContent = 'z';
  say(window.document.body.firstChild.outerHTML, window.document.querySelectorAll('p.a, script').length);
  const cheerio = require('cheerio').load('<ul><li>a</li><li>b</li></ul>');
  say(cheerio('li').map((i, e) => cheerio(e).text()).get());

  const { Hono } = require('hono');
  const app = new Hono();
  app.use(async (c, next) => { await next(); c.header('x-after', 'yes'); });
  app.get('/users/:id', (c) => c.json({ id: c.req.param('id'), q: c.req.query('q') }));
  app.post('/form', async (c) => c.text((await c.req.formData()).get('name')));
  const answer = await app.request('/users/5?q=1');
  say(answer.status, answer.headers.get('x-after'), await answer.json(), (await app.request('/none')).status);
  const form = new FormData();
  form.set('name', 'Zoë');
  say(await (await app.request('/form', { method: 'POST', body: form })).text());

  const { execa } = await import('execa');
  say((await execa('echo', ['from a child'])).stdout);
  const { default: yargs } = await import('yargs');
  say(yargs(['--port', '3', '-v', 'rest']).boolean('v').scriptName('tool').parse());
  say(require('handlebars').compile('{{#each list}}{{@index}}:{{this}} {{/each}}')({ list: ['<', 'b'] }), require('pug').render('ul\n  each x in [1, 2]\n    li= x'));
  const { graphql, buildSchema } = require('graphql');
  say((await graphql({ schema: buildSchema('type Query { a(n: Int!): [Int] }'), source: '{ a(n: 2) }', rootValue: { a: ({ n }) => [n, n * 2] } })).data);
  const Ajv = require('ajv').default;
  const valid = new Ajv({ allErrors: true }).compile({ type: 'object', properties: { a: { type: 'integer' } }, required: ['a', 'b'] });
  say(valid({ a: 'x' }), valid.errors.map((e) => e.message));
  const { z } = require('zod');
  say(z.object({ mail: z.string().email(), n: z.coerce.number() }).safeParse({ mail: 'no', n: '4' }).error.issues.map((i) => i.path));
  const { interval, take, toArray, lastValueFrom } = require('rxjs');
  say(await lastValueFrom(interval(1).pipe(take(3), toArray())));
  say(require('luxon').DateTime.fromISO('2020-07-03T04:05:06Z', { zone: 'Europe/Paris' }).toFormat('yyyy LLL dd HH:mm ZZZZ'));
});
