'use strict';
// Runs packages of npm, unmodified, on gonode and on the node that runs this: make npm.
//
//   node run.js FOLDER GONODE [PATTERN]
//
// Packages are installed below FOLDER, which stays: a second run finds them there. Each script beside
// this file uses a package as its README does; what it prints, and its exit code, must be the same on
// both. Of packages that ship tests in their tarball, each file that passes on node must pass on gonode.
// What is known to fail stands in known.json, with its cause; a pass there fails the run too.
const { execFileSync, spawn } = require('child_process');
const fs = require('fs');
const path = require('path');

const [folder, gonode, pattern = '.'] = process.argv.slice(2);
const known = JSON.parse(fs.readFileSync(path.join(__dirname, 'known.json'), 'utf8'));
const wanted = (name) => new RegExp(pattern).test(name);
const npm = (dir, ...args) => execFileSync('npm', [...args, '--silent', '--no-audit', '--no-fund', '--ignore-scripts'], { cwd: dir, stdio: ['ignore', 'pipe', 'inherit'] });
let bad = 0;

// on runs a program with a deadline and resolves with what it printed and how it ended.
function on(binary, args, cwd) {
  return new Promise((resolve) => {
    const child = spawn(binary, args, { cwd, env: { ...process.env, NODE_ENV: 'test', FORCE_COLOR: '0' } });
    let out = '';
    let err = '';
    const timer = setTimeout(() => child.kill('SIGKILL'), 60000);
    child.stdout.on('data', (d) => { out += d; });
    child.stderr.on('data', (d) => { err += d; });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      resolve({ out, err, code: signal || code });
    });
  });
}

// verdict prints a line and counts what is not as known.
function verdict(name, ok, detail = '') {
  const cause = known[name];
  if (ok === !cause) return console.log(ok ? `ok     ${name}` : `known  ${name}: ${cause}`);
  bad++;
  console.log(ok ? `PASSES ${name}, which known.json has as failing: ${cause}` : `FAILS  ${name}\n${detail}`);
}

// difference is the first lines in which two texts differ.
function difference(node, ours) {
  const a = node.split('\n');
  const b = ours.split('\n');
  const i = a.findIndex((line, i) => line !== b[i]);
  return i < 0 && a.length === b.length ? '' : `  line ${i + 1}\n    node   ${a[i]}\n    gonode ${b[i]}`;
}

async function scripts() {
  const dir = path.join(folder, 'scripts');
  fs.mkdirSync(dir, { recursive: true });
  const helpers = ['run.js', 'client.js', 'era.js'];
  for (const name of fs.readdirSync(__dirname)) fs.copyFileSync(path.join(__dirname, name), path.join(dir, name));
  npm(dir, 'install');
  for (const file of fs.readdirSync(__dirname).filter((f) => f.endsWith('.js') && !helpers.includes(f) && wanted(f))) {
    const [node, ours] = [await on(process.execPath, [file], dir), await on(gonode, [file], dir)];
    if (node.code !== 0) {
      bad++;
      console.log(`FAILS  ${file} on node itself, exit ${node.code}\n${node.err}`);
      continue;
    }
    const same = node.out === ours.out && node.code === ours.code;
    verdict(file, same, `${difference(node.out, ours.out)}\n  exit ${node.code} ${ours.code}\n${ours.err}`);
  }
}

// The tests in tarballs. runner is what runs a file, if it does not run itself. http-proxy's own runner
// listens on port 1234567, which no Node since 2014 takes: test/core is left out.
const suites = [
  { name: 'through', version: '2.3.4', files: /^test\/.*\.js$/ },
  { name: 'concat-stream', version: '1.4.1', files: /^test\/[^/]*\.js$/ },
  { name: 'tape', version: '2.4.2', files: /^test\/[^/]*\.js$/ },
  { name: 'formidable', version: '1.0.14', files: /^test\/(integration|unit|standalone|legacy\/(integration|simple))\/test-.*\.js$/ },
  { name: 'request', version: '2.9.203', files: /^tests\/test-.*\.js$/ },
  { name: 'http-proxy', version: '0.10.4', files: /^test\/(http|ws)\/.*-test\.js$/, runner: 'node_modules/vows/bin/vows' },
  { name: 'ws', version: '0.4.31', files: /^test\/.*\.test\.js$/, runner: 'node_modules/mocha/bin/_mocha' },
];

async function tarballs() {
  for (const { name, version, files, runner } of suites) {
    if (!wanted(`${name}@${version}`)) continue;
    const dir = path.join(folder, `${name}-${version}`);
    if (!fs.existsSync(dir)) {
      npm(folder, 'pack', `${name}@${version}`);
      fs.mkdirSync(dir);
      execFileSync('tar', ['xzf', path.join(folder, `${name}-${version}.tgz`), '-C', dir, '--strip-components=1']);
      npm(dir, 'install', '--no-package-lock');
    }
    let skipped = 0;
    for (const file of fs.readdirSync(dir, { recursive: true }).filter((f) => files.test(f)).sort()) {
      const args = [path.join(__dirname, 'era.js'), ...(runner ? [runner, file] : [file])];
      if ((await on(process.execPath, args, dir)).code !== 0) {
        skipped++; // too old for node itself, or in need of the network
        continue;
      }
      const ours = await on(gonode, args, dir);
      verdict(`${name}@${version} ${file}`, ours.code === 0, `  exit ${ours.code}\n${(ours.out + ours.err).slice(-2000)}`);
    }
    if (skipped) console.log(`       ${name}@${version}: ${skipped} files fail on node too`);
  }
}

scripts().then(tarballs).then(() => {
  if (bad) console.log(`${bad} not as known`);
  process.exitCode = bad ? 1 : 0;
});
