'use strict';
const v8 = require('v8');
const s = v8.getHeapStatistics();
console.log(Object.keys(s), Object.values(s).every((n) => typeof n === 'number' && n >= 0), s.used_heap_size > 0, s.used_heap_size <= s.total_heap_size, s.total_heap_size < s.heap_size_limit);
