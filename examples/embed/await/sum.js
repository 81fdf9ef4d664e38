const { setTimeout: sleep } = require('timers/promises');

exports.sum = async (numbers) => {
  await sleep(1);
  return { sum: numbers.reduce((a, b) => a + b, 0), note: `of ${numbers.length}` };
};
