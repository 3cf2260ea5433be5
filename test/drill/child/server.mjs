/**
 * Runs commands of the command line, one after the other, in one process: a resume needs no process of
 * its own. Receives `{ parameters, drill }` as messages, answers `{ code, output }`.
 */
import { Buffer } from 'node:buffer';
import console from 'node:console';
import { format } from 'node:util';
import process from 'node:process';
import { runCommandLine } from '../../../dist/cli/program.js';

let output = '';
const keep = (text) => {
  output += typeof text === 'string' ? text : Buffer.from(text).toString();
  return true;
};
process.stdout.write = keep;
process.stderr.write = keep;
for (const name of ['log', 'error', 'warn']) {
  globalThis.console[name] = console[name] = (...values) => keep(`${format(...values)}\n`);
}

process.on('message', ({ parameters, drill }) => {
  output = '';
  process.exitCode = undefined;
  Object.assign(globalThis.drill, {
    folder: undefined,
    fullFrom: undefined,
    steps: undefined,
    stepsDone: 0,
    ...drill,
    operations: [],
  });
  void runCommandLine(parameters).then(() => {
    process.send?.({ code: Number(process.exitCode ?? 0), output });
    process.exitCode = undefined;
  });
});
process.on('disconnect', () => process.exit()); // the drill was ended
process.send('ready');
