'use strict';
// Forms as bodies: what is sent, and what is taken for a form.
const { mustCall } = require('../common');
const assert = require('assert');

const parse = (text, boundary = 'abc') =>
  new Response(text, { headers: { 'content-type': `multipart/form-data; boundary=${boundary}` } }).formData();
const refused = { name: 'TypeError', message: 'Failed to parse body as FormData.' };
const part = (head, body = 'v') => `--abc\r\n${head}\r\n\r\n${body}\r\n`;
const disposition = 'Content-Disposition: form-data; ';

async function main() {
  // Out: lines end in CR LF, quotation marks and line ends of names are escaped.
  {
    const f = new FormData();
    f.append('a"\n', 'b\nc\rd\r\n');
    f.append('f', new File(['hi'], 'x"\ny.txt', { type: 't/x' }));
    f.append('e', new Blob([]));
    const res = new Response(f);
    const again = res.clone();
    const [, boundary] = /^multipart\/form-data; boundary=(----formdata-undici-0\d{11})$/.exec(res.headers.get('content-type'));
    assert.strictEqual(await res.text(), [
      `--${boundary}`, 'Content-Disposition: form-data; name="a%22%0D%0A"', '', 'b', 'c', 'd', '',
      `--${boundary}`, 'Content-Disposition: form-data; name="f"; filename="x%22%0Ay.txt"', 'Content-Type: t/x', '', 'hi',
      `--${boundary}`, 'Content-Disposition: form-data; name="e"; filename="blob"', 'Content-Type: application/octet-stream', '', '',
      `--${boundary}--`, ''].join('\r\n'));
    const back = await again.formData();
    assert.deepStrictEqual([...back.keys()], ['a"\r\n', 'f', 'e']);
    assert.strictEqual(back.get('a"\r\n'), 'b\r\nc\r\nd\r\n');
    assert.deepStrictEqual([back.get('f').name, back.get('f').type, await back.get('f').text()], ['x"\ny.txt', 't/x', 'hi']);
    assert.deepStrictEqual([back.get('e').name, back.get('e').size], ['blob', 0]);
  }
  // A FormData of a library.
  {
    const form = new FormData();
    form.append('a', 'b');
    const like = { [Symbol.toStringTag]: 'FormData', [Symbol.iterator]: () => form[Symbol.iterator]() };
    for (const name of ['append', 'delete', 'get', 'getAll', 'has', 'set']) like[name] = () => {};
    assert.deepStrictEqual([...await new Response(like).formData()], [['a', 'b']]);
    delete like.set;
    assert.strictEqual(await new Response(like).text(), '[object FormData]');
  }
  // In.
  assert.deepStrictEqual([...await parse('--abc--')], []);
  assert.deepStrictEqual([...await parse('--abc--\r\n')], []);
  assert.deepStrictEqual([...await parse(part(disposition + 'name="a"') + '--abc--')], [['a', 'v']]);
  assert.deepStrictEqual([...await parse(part(disposition + 'name="a"', '') + part(disposition + 'name="b"', '1\r\n2') + '--abc--\r\n')],
    [['a', ''], ['b', '1\r\n2']]);
  assert.deepStrictEqual([...await parse(part(disposition + 'name="a"\r\nContent-Transfer-Encoding: base64', 'aGk=') + '--abc--')], [['a', 'hi']]);
  {
    const f = (await parse('\r\n' + part(disposition + 'name="%22"; filename="\u00e9%0d.txt"\r\nX-Y: z\r\nContent-Type: A/b;c=d ') + '--abc--\r\n')).get('"');
    assert.deepStrictEqual([f.name, f.type, await f.text()], ['\u00e9\r.txt', 'a/b;c=d', 'v']);
  }
  {
    const f = (await parse(part('content-disposition: form-data; name="a"; filename=""') + '--abc--')).get('a');
    assert.deepStrictEqual([f.name, f.type], ['', 'text/plain']);
  }
  // Refused.
  for (const bad of ['', 'x', '--abc', '--abc\r\n', part(disposition + 'name="a"'), part(disposition + 'name=a') + '--abc--',
    part('X: y') + '--abc--', part(disposition + 'name="a"; x="u"') + '--abc--', part(disposition + 'name="a') + '--abc--',
    part(disposition + 'name="a"; filename=b') + '--abc--', part('a b: c') + '--abc--', part('attachment; name="a"') + '--abc--',
    part(disposition + 'name="a"') + '--abd--']) {
    await assert.rejects(parse(bad), refused, bad);
  }
  await assert.rejects(new Response('x', { headers: { 'content-type': 'multipart/form-data' } }).formData(), refused);
  const other = { name: 'TypeError', message: 'Content-Type was not one of "multipart/form-data" or "application/x-www-form-urlencoded".' };
  for (const type of ['text/plain', 'nothing', '*/*', 'multipart/mixed; boundary=abc']) {
    await assert.rejects(new Response('', { headers: { 'content-type': type } }).formData(), other);
  }
  await assert.rejects(new Response().formData(), other);
  // The other encoding of forms.
  assert.deepStrictEqual([...await new Response(new URLSearchParams('a=b&a=%ff&\u00e9=+')).formData()], [['a', 'b'], ['a', '\ufffd'], ['\u00e9', ' ']]);
}
main().then(mustCall());
