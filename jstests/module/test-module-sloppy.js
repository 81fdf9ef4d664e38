// Sloppy-mode code as Annex B of ECMA-262 has it: functions in blocks, var in catch.
const assert = require('assert');

function A(){ if(true){function f(){return 1}} return f() }
function B(){ try{throw 1}catch(e){var e=2; return e} }
function C(){ try{throw 1}catch(e){for(var e=0, k=5;e<3;e++);return [e,k].join()} }
function D(){ switch(1){case 1: function g(){return 5}} return g() }
function F(){ function f(){return 1} { function f(){return 2} } return f() }
function G(){ let f=1; { function f(){return 2} } return f }
function H(){ 'use strict'; { function f(){return 2} } return typeof f }
function I(){ var a = typeof f; { function f(){} } return a + typeof f }
function J(){ var x; {function a(){return b()} function b(){return 1} x=a} {function b(){return 2}} return x() + b() }
function K(f){ { function f(){} } return typeof f }
function L(){ try{throw {e:1}}catch({e}){ { function e(){} } } return typeof e }
function M(){ try{throw 1}catch(e){ var e } return typeof e }
function N(){ for (var i=0;i<2;i++){ function q(){ return i } } return q() }
function O(){ { function f(){} { function f(){return 9} } return String(f) } }
class P0 { m(){ { function f(){} } return typeof f } }
function Q(){ { async function f(){} } return typeof f }
const R=()=>{ { function f(){return this===undefined} } return typeof f };
function S(a = () => { { function zz(){} } return typeof zz }){ return a() }
function T(){ try{throw 1}catch(e){ for (var e in {k:1}); return e } }
function U(){ { function f(){} f = 3 } return typeof f }
function V(){ try{throw 1}catch(e){ (function(){ var e = 5 })(); return e } }
function W(){ if (1) { function f(){return 1} } else { function f(){return 2} } return f() }

const expected = [
  [A, 1], [B, 2], [C, '3,5'], [D, 5], [F, 2], [G, 1], [H, 'undefined'], [I, 'undefinedfunction'], [J, 3],
  [() => K(1), 'number'], [L, 'undefined'], [M, 'undefined'], [N, 2], [O, 'function f(){}'],
  [() => new P0().m(), 'undefined'], [Q, 'undefined'], [R, 'function'], [S, 'function'], [T, 'k'],
  [U, 'function'], [V, 1], [W, 1],
];
for (const [fn, want] of expected) {
  assert.strictEqual(fn(), want, String(fn));
}
