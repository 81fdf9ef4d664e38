'use strict';
const fails = (fn) => { try { console.log('no error', fn()); } catch (e) { console.log(e.name, e.code, e.message); } };
console.log(crypto === require('crypto').webcrypto, Object.prototype.toString.call(crypto), typeof crypto.getRandomValues);
console.log(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(crypto.randomUUID()), crypto.randomUUID() !== crypto.randomUUID());
const b = new Uint8Array(64);
console.log(crypto.getRandomValues(b) === b, b.some((x) => x !== 0));
fails(() => new crypto.constructor());
