#!/usr/bin/env node
/** The command line: `npx autodeeplab <command>`. */
import { isStartedByNohup } from './hang-up.js';
import { dropLostOutput } from './output.js';
import { runCommandLine } from './program.js';

dropLostOutput();
if (isStartedByNohup()) {
  process.on('SIGHUP', () => undefined);
}
await runCommandLine(process.argv.slice(2));
