/** All kinds of drills. */
import { deadWorkers, hungWorkers } from './broken-workers.js';
import { clockJumps } from './clock-jumps.js';
import { closedPipes } from './closed-pipes.js';
import { closedTerminal } from './closed-terminal.js';
import { damagedFiles } from './damaged-files.js';
import type { Drill } from './drill.js';
import { failingDisk } from './failing-disk.js';
import { fullDisk } from './full-disk.js';
import { killAtFileOperation } from './kill-at-file-operation.js';
import { killAtRandom } from './kill-at-random.js';

export const DRILLS: readonly Drill[] = [
  killAtRandom,
  killAtFileOperation,
  fullDisk,
  failingDisk,
  damagedFiles,
  deadWorkers,
  hungWorkers,
  clockJumps,
  closedPipes,
  closedTerminal,
];
