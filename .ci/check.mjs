/**
 * Runs checks of the sources side by side: code (types and lint), format and rooms, or those that are named. What
 * each one prints is shown whole when it ends; the last line names those that failed, and so does the
 * exit code.
 *
 *     node .ci/check.mjs [NAME…]
 */
import { Buffer } from 'node:buffer';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import process from 'node:process';

process.chdir(join(import.meta.dirname, '..'));

/** The slowest first. */
const ALL = ['code', 'format', 'rooms'];

/** As many at a time as the smallest machine of CI has cores. */
const AT_ONCE = 2;

/** Runs `npm run check:NAME`; true if nothing is wrong. */
function check(name) {
  const start = performance.now();
  return new Promise((resolve) => {
    const child = spawn('npm', ['run', '--silent', `check:${name}`], {
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32',
    });
    const chunks = [];
    const end = (isFine) => {
      const seconds = ((performance.now() - start) / 1000).toFixed(0);
      process.stdout.write(`== check:${name}: ${isFine ? 'ok' : 'FAILED'}, ${seconds} s\n`);
      process.stdout.write(Buffer.concat(chunks));
      resolve(isFine);
    };
    child.stdout.on('data', (chunk) => chunks.push(chunk));
    child.stderr.on('data', (chunk) => chunks.push(chunk));
    child.on('error', (error) => {
      chunks.push(Buffer.from(`${error.message}\n`));
      end(false);
    });
    child.on('close', (code) => end(code === 0));
  });
}

/** The names of the checks that fail. */
async function failing(names) {
  const waiting = [...names];
  const failed = [];
  const next = async () => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      if (!(await check(name))) {
        failed.push(name);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, next));
  return failed;
}

const named = process.argv.slice(2);
const unknown = named.filter((name) => !ALL.includes(name));
if (unknown.length > 0) {
  process.stderr.write(`expected names of ${ALL.join(', ')}, got ${unknown.join(', ')}\n`);
  process.exit(2);
}
const failed = await failing(named.length > 0 ? named : ALL);
if (failed.length > 0) {
  process.stdout.write(`failed: ${failed.map((name) => `check:${name}`).join(', ')}\n`);
  process.exitCode = 1;
}
