let calls = 0;
const fib = (n) => (n < 2 ? n : fib(n - 1) + fib(n - 2));

exports.fib = fib;
exports.calls = () => ++calls;
