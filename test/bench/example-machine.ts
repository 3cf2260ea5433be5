/** A machine for tests. */
import type { Machine } from './machine.js';

/** As `describeMachine` would give it. */
export const exampleMachine: Machine = {
  processor: 'Example CPU',
  cores: 2,
  memoryGiB: 16,
  system: 'linux 6',
  node: '20.0.0',
  versions: { tensorflow: '2.21.0', torch: '2.13.0' },
  loadAtStart: 0.1,
  date: '2026-01-01T00:00:00.000Z',
  commit: 'abc+',
};
