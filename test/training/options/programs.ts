/** The programs that have options, for tests that hold for each of their options. */
import { RETRAIN } from '../../../lib/retrain/options.js';
import { SEARCH } from '../../../lib/search/options.js';
import type { ProgramOptions } from '../../../lib/training/options/resolve.js';
import type { OptionTable } from '../../../lib/training/options/table.js';

export const PROGRAMS: readonly ProgramOptions<OptionTable>[] = [SEARCH, RETRAIN];

/** Every option of a program with its name. */
export const optionsOf = ({ table }: ProgramOptions<OptionTable>) => Object.entries(table);
