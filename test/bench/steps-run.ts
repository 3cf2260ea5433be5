/** `npm run bench`: the times of steps. */
import { describeCase, type Case } from './cases.js';
import { growthOf } from './growth.js';
import { describeMachine, withVersions } from './machine.js';
import { blocksOf, measureBlock, type MeasureOptions } from './measure.js';
import type { BenchOptions } from './options.js';
import { busyNotice, watchOtherWork } from './other-work.js';
import { formatReport, progressLine } from './report.js';
import type { Row } from './row.js';
import { selectCases, selectModes } from './select.js';
import { listCases, measureOptionsFor, root, writeResults } from './setting.js';

/** Measures a block of cases, and says what came of it and what speaks against it. */
export async function measureNoting(block: readonly Case[], options: MeasureOptions) {
  console.error(block.map((entry) => `${entry.name}: ${describeCase(entry)}`).join('\n'));
  const machine = describeMachine(root);
  const othersSince = watchOtherWork();
  const rows = await measureBlock(block, options);
  const others = othersSince();
  const notice = busyNotice(others, rows);
  console.error([...rows.map(progressLine), ...(notice ? [`  ${notice}`] : [])].join('\n'));
  return { machine: withVersions(machine, rows), others, rows };
}

/** Measures cases and prints the report. */
export async function runSteps(options: BenchOptions): Promise<void> {
  const cases = selectCases(options.only, options.quick);
  if (options.list) {
    console.log(listCases(cases));
    return;
  }
  const machine = describeMachine(root);
  const measureOptions = await measureOptionsFor(options, selectModes(options.modes), cases);
  const rows: Row[] = [];
  const shares: (number | null)[] = [];
  const results = () => {
    const growth = growthOf(cases, rows);
    const known = shares.flatMap((share) => share ?? []);
    const others = known.length > 0 ? Math.max(...known) : null;
    return { machine: withVersions(machine, rows), runs: options.runs, others, rows, growth };
  };
  for (const block of blocksOf(cases)) {
    const measured = await measureNoting(block, measureOptions);
    rows.push(...measured.rows);
    shares.push(measured.others);
    if (options.json !== undefined) {
      writeResults(options.json, results()); // after each case: a long run may be ended
    }
  }
  const { machine: described, growth, others } = results();
  console.log(formatReport(described, rows, growth, busyNotice(others, rows)));
}
