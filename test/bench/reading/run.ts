/** `npm run bench -- --reading`: how fast images are read. */
import { describeMachine } from '../machine.js';
import type { BenchOptions } from '../options.js';
import { describeMachineLine, table } from '../report.js';
import { matches } from '../select.js';
import { root, writeResults } from '../setting.js';
import { READING_CASES } from './images.js';
import { measureReading, readingCells, type ReadingRow } from './measure.js';

/** Measures the reading of images beside sharp alone. */
export async function runReading({ runs, json, quick, only, list }: BenchOptions): Promise<void> {
  const machine = describeMachine(root);
  const cases = READING_CASES.filter(({ name }) => only === undefined || matches(only, name));
  if (list || cases.length === 0) {
    console.log(READING_CASES.map(({ name }) => name).join('\n'));
    return;
  }
  const rows: ReadingRow[] = [];
  for (const entry of quick ? cases.slice(0, 1) : cases) {
    rows.push(...(await measureReading(entry, runs)));
    console.error(`${entry.name}: done`);
    if (json !== undefined) {
      writeResults(json, { machine, runs, rows });
    }
  }
  console.log(`${describeMachineLine(machine)}\n\n${table(readingCells(rows), 2)}`);
}
