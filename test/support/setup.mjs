// Makes a clone ready to work in: checks Node and installs what the lockfile says. It runs before every npm script, so
// it may import nothing but Node itself, and parses on any Node that a machine may have.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

const read = (file) => {
  try {
    return JSON.parse(readFileSync(root + file, 'utf8'));
  } catch {
    return undefined;
  }
};

const stop = (sentence) => {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
};

const wanted = read('package.json').engines.node.replace('>=', '');
const isOlder = (version) => {
  const [major, minor] = version.split('.').map(Number);
  const [leastMajor, leastMinor] = wanted.split('.').map(Number);
  return major < leastMajor || (major === leastMajor && minor < leastMinor);
};

// npm writes the hidden lockfile at the end of an install, so it says what is really there.
const isInstalled = () => {
  const there = read('node_modules/.package-lock.json')?.packages;
  if (!there) return false;
  return Object.entries(read('package-lock.json').packages).every(([path, { version, optional, peer }]) => {
    const found = there[path];
    return path === '' || (found ? found.version === version : optional === true || peer === true);
  });
};

const install = () => {
  process.stderr.write('Installing the dependencies (npm ci) …\n');
  const npm = process.env.npm_execpath;
  const options = { cwd: root, stdio: ['ignore', 2, 2] };
  const { status } = npm
    ? spawnSync(process.execPath, [npm, 'ci'], options)
    : spawnSync('npm', ['ci'], options);
  if (status !== 0) stop('The dependencies could not be installed: npm ci failed (its message is above).');
};

if (isOlder(process.versions.node))
  stop(`edgectl needs Node ${wanted} or newer; this is ${process.version}.`);
if (!isInstalled()) install();
