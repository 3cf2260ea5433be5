/** Starts the kernel: `node start.js <connection file>`, as Jupyter does. */
import { AutoDeepLabError } from '../../errors.js';
import { readConnection } from './connection-file.js';
import { missingBuild } from './package-folder.js';
import { serveKernel } from './server.js';

/** What to print of an error that ends the kernel: the stack only of one that nobody expected. */
function describe(error: unknown): string {
  if (error instanceof AutoDeepLabError) {
    return error.message;
  }
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

const missing = missingBuild();
if (missing !== undefined) {
  process.stderr.write(`kernel: ${missing}\n`);
}
try {
  const file = String(process.argv.at(-1));
  await serveKernel(await readConnection(file), file);
} catch (error) {
  process.stderr.write(`kernel: ${describe(error)}\n`);
  process.exit(1);
}
