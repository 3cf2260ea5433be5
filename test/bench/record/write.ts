/** Writes what was recorded: the file, the tables that show it, and the chart. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { saveFigure } from 'autodeeplab';
import { replaceSection } from '../../quality/record.js';
import { CASES } from '../cases.js';
import { growthFigure } from './growth-figure.js';
import {
  readRecorded,
  withCases,
  writeFormatted,
  type Recorded,
  type RecordedCase,
} from './recorded.js';
import { allRows, growthList, recordedGrowth, speedTable } from './tables.js';

const RESULTS = 'test/bench/results';
const FILE = `${RESULTS}/speed.json`;

/** Sections of the project's pages that are made of the record. */
const SECTIONS: Readonly<Record<string, readonly [file: string, make: (all: Recorded) => string]>> =
  {
    speed: ['README.md', speedTable],
    growth: ['test/bench/README.md', growthList],
    rows: [`${RESULTS}/README.md`, allRows],
  };

async function drawGrowth(root: string, recorded: Recorded): Promise<void> {
  const growths = recordedGrowth(recorded);
  if (growths.length > 0) {
    const { processor, cores, date, commit } = recorded[growths[0].points[0].name].machine;
    const conditions = `${processor}, ${cores} cores, ${date.slice(0, 10)}, ${commit}`;
    await saveFigure(growthFigure(growths, conditions), path.join(root, RESULTS, 'growth.png'));
  }
}

/** Remakes tables and chart from the record. */
export async function writePages(root: string): Promise<void> {
  const recorded = readRecorded(path.join(root, FILE));
  for (const [name, [page, make]] of Object.entries(SECTIONS)) {
    const file = path.join(root, page);
    await writeFormatted(file, replaceSection(readFileSync(file, 'utf8'), name, make(recorded)));
  }
  await drawGrowth(root, recorded);
}

/** Adds cases that were measured together to the record. */
export async function recordCases(root: string, measured: RecordedCase): Promise<void> {
  const file = path.join(root, FILE);
  const names = CASES.map(({ name }) => name);
  const recorded = withCases(readRecorded(file), measured, names);
  await writeFormatted(file, JSON.stringify(recorded));
}
