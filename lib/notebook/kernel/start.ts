/** Starts the kernel: `node start.js <connection file>`, as Jupyter does. */
import { readFileSync } from 'node:fs';
import type { Connection } from './message.js';
import { missingBuild } from './package-access.js';
import { serveKernel } from './server.js';

const missing = missingBuild();
if (missing !== undefined) {
  process.stderr.write(`kernel: ${missing}\n`);
}
try {
  const file = String(process.argv.at(-1));
  await serveKernel(JSON.parse(readFileSync(file, 'utf8')) as Connection);
} catch (error) {
  process.stderr.write(`kernel: ${error instanceof Error ? (error.stack ?? error.message) : ''}\n`);
  process.exit(1);
}
