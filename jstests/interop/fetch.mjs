// What node's fetch makes of the server at argv[2].
const base = process.argv[2];
const show = async (name, promise) => {
  try {
    const res = await promise;
    const text = await res.text();
    console.log(name, res.status, res.statusText, text.length, text.slice(0, 40));
  } catch (err) {
    console.log(name, err.cause?.code ?? err.message);
  }
};
await show('hello', fetch(`${base}/hello`));
await show('head', fetch(`${base}/hello`, { method: 'HEAD' }));
await show('large', fetch(`${base}/bytes?n=3000000`));
await show('length', fetch(`${base}/bytes?n=3000000&length=1`));
await show('post', fetch(`${base}/upload`, { method: 'POST', body: 'x'.repeat(200000) }));
await show('stream', fetch(`${base}/upload`, {
  method: 'POST',
  duplex: 'half',
  body: new ReadableStream({
    start(controller) {
      for (let i = 0; i < 50; i++) controller.enqueue(new Uint8Array(10000).fill(i));
      controller.close();
    },
  }),
}));
const form = new FormData();
form.append('a', 'b');
form.append('file', new Blob(['x'.repeat(5000)]), 'name.txt');
await show('form', fetch(`${base}/echo`, { method: 'POST', body: form, headers: { 'X-Test': '1' } }).then((res) => new Response(String(res.status))));
await show('events', fetch(`${base}/events`));
await show('early hints', fetch(`${base}/early`));
await show('no content', fetch(`${base}/status?code=204`));
await show('cut', fetch(`${base}/cut`));
await show('missing', fetch(`${base}/nothing`));
await Promise.all(Array.from({ length: 30 }, (_, i) => fetch(`${base}/bytes?n=${i * 1000}`).then((res) => res.arrayBuffer())))
  .then((all) => console.log('many', all.reduce((sum, b) => sum + b.byteLength, 0)));
const controller = new AbortController();
const cut = fetch(`${base}/bytes?n=1000000000`, { signal: controller.signal }).then((res) => res.body.getReader().read()).then(() => controller.abort());
await cut.then(() => console.log('aborted'));
