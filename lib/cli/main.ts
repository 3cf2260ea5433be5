#!/usr/bin/env node
/** The command line: `npx autodeeplab <command>`. */
import { runCommandLine } from './program.js';

// A reader that has seen enough, such as `head`, closes the pipe: that is not an error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') {
    throw error;
  }
  process.exit();
});

await runCommandLine(process.argv.slice(2));
