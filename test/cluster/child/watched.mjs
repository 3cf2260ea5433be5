// A process of a ring that watches another one, whose port is given: its thread is blocked for ever, or free.
import process from 'node:process';
import { watchOthers } from '../../../dist/cluster/ring/watchdog.js';

const [port, how] = process.argv.slice(2);
const server = { host: '127.0.0.1', port: Number(port) };
watchOthers([{ name: 'rank 1 (here)', server }], { pauseMs: 50, graceMs: 200 });
process.stdout.write('watching');
if (how === 'blocked') {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}
process.stdin.resume().on('end', () => process.exit(0));
