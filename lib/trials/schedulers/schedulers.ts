/** All schedulers: a new one is its file and a line here. */
import { KUBERNETES } from './kubernetes.js';
import type { Scheduler } from './scheduler.js';
import { SHELL } from './shell.js';
import { SLURM } from './slurm.js';

/** The schedulers, in the order of lists. */
export const SCHEDULERS: readonly Scheduler[] = [SHELL, SLURM, KUBERNETES];
