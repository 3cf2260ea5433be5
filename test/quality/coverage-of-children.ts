/**
 * Processes and worker threads that tests start write what they execute of the compiled library. The
 * process of the tests itself does not: it has begun before, and vitest counts for it.
 */
import { fileURLToPath } from 'node:url';

process.env.NODE_V8_COVERAGE = fileURLToPath(
  new URL('../../out/coverage/children', import.meta.url),
);
