/** The recorded times as tables for people. */
import {
  CASES,
  isCompiledByTorch,
  precisionOf,
  type Case,
  type Implementation,
  type Work,
} from '../cases.js';
import { growthOf, type Growth } from '../growth.js';
import type { Machine } from '../machine.js';
import { busyNotice } from '../other-work.js';
import {
  describeGrowth,
  describeMachineLine,
  formatMiB,
  formatMs,
  rowTable,
  table,
} from '../report.js';
import { implementationOf, type Row } from '../row.js';
import type { Recorded, RecordedCase } from './recorded.js';

/** The columns of times. */
const COLUMNS = [
  ['compiled', 'this library'],
  ['compiled-bfloat16', 'in bfloat16'],
  ['pytorch', 'PyTorch'],
  ['pytorch-bfloat16', 'autocast'],
  ['pytorch-compiled', 'torch.compile'],
  ['pytorch-compiled-bfloat16', 'both'],
] as const satisfies readonly (readonly [Implementation, string])[];

function label(work: Work): string {
  switch (work.kind) {
    case 'search': {
      const { layers, filterMultiplier, blocks, crop, batch } = work;
      const size = [layers, filterMultiplier, blocks, crop].join(', ');
      return `search: ${size}${batch === 2 ? '' : `, batch ${batch}`}`;
    }
    case 'retrain':
      return `training: ${work.crop}`;
    case 'infer':
      return `label map: ${work.height} × ${work.width}`;
  }
}

const rowOf = (rows: readonly Row[], implementation: Implementation) =>
  rows.find((row) => implementationOf(row) === implementation);

const timeOf = (rows: readonly Row[], implementation: Implementation) =>
  rowOf(rows, implementation)?.medianMs ?? undefined;

/**
 * A time; of PyTorch with how many times as long as ours in the same precision it is, and what compiling took.
 */
function timeCell(rows: readonly Row[], implementation: Implementation): string {
  const time = timeOf(rows, implementation);
  const own = timeOf(
    rows,
    precisionOf(implementation) === 'bfloat16' ? 'compiled-bfloat16' : 'compiled',
  );
  if (time === undefined) {
    return '';
  }
  if (implementation.startsWith('compiled') || own === undefined) {
    return formatMs(time);
  }
  const first = isCompiledByTorch(implementation) ? rowOf(rows, implementation)?.firstRunMs : null;
  const compiling = first ? `, after ${formatMs(first)}` : '';
  return `${formatMs(time)} (${(time / own).toFixed(2)})${compiling}`;
}

const peakOf = (rows: readonly Row[]) =>
  rows.find((row) => implementationOf(row) === 'compiled')?.peakMiB ?? null;

/** What tells machines apart; versions may be those of a part of the implementations. */
const machineKey = ({ processor, cores, memoryGiB, system, node }: Machine) =>
  JSON.stringify([processor, cores, memoryGiB, system, node]);

/** Machines by letter, each with all versions that its cases name. */
class Machines {
  private readonly keys: string[] = [];
  private readonly lines: string[] = [];

  constructor(recorded: readonly RecordedCase[]) {
    this.keys.push(...new Set(recorded.map(({ machine }) => machineKey(machine))));
    for (const key of this.keys) {
      const own = recorded.filter(({ machine }) => machineKey(machine) === key);
      const versions = own.flatMap(({ machine }) =>
        Object.entries(machine.versions).map(([name, version]) => `${name} ${version}`),
      );
      const [{ machine }] = own;
      this.lines.push(
        `${machine.processor}, ${machine.cores} cores, ${machine.memoryGiB} GiB, no GPU; ` +
          [machine.system, `Node ${machine.node}`, ...new Set(versions)].join('; '),
      );
    }
  }

  letter(machine: Machine): string {
    return String.fromCodePoint(65 + this.keys.indexOf(machineKey(machine)));
  }

  describe(): string {
    return this.lines.map((line, i) => `- ${String.fromCodePoint(65 + i)}: ${line}`).join('\n');
  }
}

const shortCommit = (commit: string | null) =>
  commit === null ? '?' : commit.replace(/^([0-9a-f]{7})[0-9a-f]*/, '$1');

const when = ({ date, commit }: Machine) => `${date.slice(0, 10)}, ${shortCommit(commit)}`;

/** The recorded cases that pass, in the order of the cases. */
function entriesOf(
  recorded: Recorded,
  isWanted: (entry: Case) => boolean,
): readonly (readonly [Case, RecordedCase])[] {
  return CASES.filter(isWanted).flatMap((entry) =>
    entry.name in recorded ? [[entry, recorded[entry.name]] as const] : [],
  );
}

/** The works, ours beside PyTorch's; the machines; what speaks against a row. */
export function speedTable(recorded: Recorded): string {
  const works = entriesOf(recorded, ({ growth }) => growth === undefined);
  const entries = works.filter(([, { rows }]) => rows.some(({ medianMs }) => medianMs !== null));
  const machines = new Machines(entries.map(([, one]) => one));
  const rows = entries.map(([{ work }, { machine, rows: measured }]) => [
    label(work),
    ...COLUMNS.map(([implementation]) => timeCell(measured, implementation)),
    formatMiB(peakOf(measured)),
    `${machines.letter(machine)}, ${when(machine)}`,
  ]);
  const header = ['work', ...COLUMNS.map(([, title]) => title), 'memory', 'machine, date, commit'];
  const notices = entries.flatMap(([{ work }, { others, rows: measured }]) => {
    const notice = busyNotice(others, measured);
    return notice === undefined ? [] : [`- ${label(work)}: ${notice}.`];
  });
  return [table([header, ...rows], 1), machines.describe(), notices.join('\n')]
    .filter((part) => part !== '')
    .join('\n\n');
}

/** The series that are recorded. */
export function recordedGrowth(recorded: Recorded): readonly Growth[] {
  const entries = entriesOf(recorded, ({ growth }) => growth !== undefined);
  return growthOf(
    CASES,
    entries.flatMap(([, { rows }]) => rows),
  );
}

/** What grows how, in words. */
export function growthList(recorded: Recorded): string {
  return recordedGrowth(recorded)
    .map((growth) => {
      const { machine, others, rows } = recorded[growth.points[0].name];
      const notice = busyNotice(others, rows);
      return (
        `- ${growth.series}: ${describeGrowth(growth)} (${when(machine)}` +
        `${notice === undefined ? '' : `; ${notice}`}).`
      );
    })
    .join('\n');
}

/** Everything that is recorded, a table for each machine and time. */
export function allRows(recorded: Recorded): string {
  const blocks = new Map<string, RecordedCase & { readonly names: readonly string[] }>();
  for (const [name, { machine, others, rows }] of Object.entries(recorded)) {
    const before = blocks.get(machine.date) ?? { machine, others, rows: [], names: [] };
    blocks.set(machine.date, {
      ...before,
      names: [...before.names, name],
      rows: [...before.rows, ...rows],
    });
  }
  return [...blocks.values()]
    .map(({ names, machine, others, rows }) => {
      const measured = rows.filter(({ skipped }) => skipped === null);
      const skipped = rows.filter((row) => row.skipped !== null);
      const notice = busyNotice(others, measured);
      return [
        `## ${names.join(', ')}`,
        describeMachineLine(machine),
        ...(notice === undefined ? [] : [`**${notice}**`]),
        ...(measured.length > 0 ? [rowTable(measured)] : []),
        ...skipped.map((row) => `Not measured: ${implementationOf(row)}: ${row.skipped}`),
      ].join('\n\n');
    })
    .join('\n\n');
}
