'use strict';
const wt = require('worker_threads');
const { once } = require('events');
const fails = (fn) => { try { console.log('no error', fn()); } catch (e) { console.log(e.name, e.code, e.message); } };

async function main() {
  console.log(Object.keys(wt), wt.isMainThread, wt.threadId, wt.parentPort, wt.workerData, wt.MessageChannel === MessageChannel, wt.BroadcastChannel === BroadcastChannel);
  let { port1, port2 } = new MessageChannel();
  console.log(port1 instanceof MessagePort, port1 instanceof EventTarget, port1.hasRef());
  // order, cloning, delivery after the present turn
  const value = { a: [1, new Date(0), /x/g], m: new Map([[1, { n: 2n }]]) };
  value.self = value;
  port1.postMessage(value);
  port1.postMessage('second');
  const got = [];
  port2.on('message', (m) => got.push(m));
  console.log(got.length, port2.hasRef(), port2.listenerCount('message'));
  await new Promise(setImmediate);
  await new Promise(setImmediate);
  console.log(got[0] !== value, got[0], got[1]);
  port2.removeAllListeners('message');
  // events
  port2.onmessage = (e) => console.log('onmessage', e instanceof MessageEvent, e.type, e.data, e.target === port2, e.ports.length);
  port1.postMessage(undefined);
  await once(port2, 'message');
  port2.onmessage = null;
  // transfer
  const ab = new ArrayBuffer(8);
  const other = new MessageChannel();
  port1.postMessage({ ab, port: other.port1 }, [ab, other.port1]);
  const moved = await new Promise((resolve) => port2.addEventListener('message', resolve, { once: true }));
  console.log(ab.byteLength, moved.data.ab.byteLength, moved.data.port !== other.port1, moved.ports[0] === moved.data.port);
  other.port2.postMessage('through');
  console.log(wt.receiveMessageOnPort(moved.data.port), wt.receiveMessageOnPort(moved.data.port));
  fails(() => port1.postMessage());
  fails(() => port1.postMessage(port2));
  fails(() => port1.postMessage(port1, [port1]));
  fails(() => port1.postMessage(() => {}));
  fails(() => port1.postMessage(1, [5]));
  fails(() => port1.postMessage(1, [ab, ab]));
  fails(() => new MessagePort());
  fails(() => wt.receiveMessageOnPort({}));
  // structuredClone
  const third = new MessageChannel();
  fails(() => structuredClone(third.port1));
  fails(() => structuredClone(1, 5));
  fails(() => structuredClone(third.port1, { transfer: [third.port1, third.port1] }));
  const clone = structuredClone({ p: third.port1 }, { transfer: [third.port1] });
  third.port2.postMessage('to the clone');
  console.log(clone.p instanceof MessagePort, wt.receiveMessageOnPort(clone.p));
  fails(() => structuredClone(third.port1, { transfer: [third.port1] }));
  const blob = structuredClone(new Blob(['text'], { type: 'a/b' }));
  console.log(blob instanceof Blob, blob.size, blob.type, await blob.text());
  // close
  const closed = Promise.all([once(port1, 'close'), once(port2, 'close')]);
  port2.on('message', () => {});
  port1.close();
  await closed;
  console.log('closed', port1.postMessage('lost'), port1.hasRef());
  // the event class
  const e = new MessageEvent('x', { data: 5, origin: 'o', lastEventId: 'i' });
  console.log(e.type, e.data, e.origin, e.lastEventId, e.source, e.ports, new MessageEvent('x').data);
  fails(() => new MessageEvent('x', { source: {} }));
  // broadcast
  const a = new BroadcastChannel('room'), b = new BroadcastChannel('room'), c = new BroadcastChannel('other');
  console.log(a);
  c.onmessage = a.onmessage = () => console.log('wrong');
  const heard = new Promise((resolve) => { b.onmessage = resolve; });
  a.postMessage({ hello: 1 });
  console.log((await heard).data);
  for (const x of [a, b, c]) x.close();
  console.log(a);
  fails(() => a.postMessage(1));
  fails(() => a.postMessage());
  fails(() => new BroadcastChannel());
  fails(() => b.name);
  wt.setEnvironmentData('k', 'v');
  console.log(wt.getEnvironmentData('k'), wt.getEnvironmentData('none'));
}
main();
