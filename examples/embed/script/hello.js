setTimeout(() => {
  console.log('hello', process.argv[2]);
  process.exitCode = 3;
}, 1);
