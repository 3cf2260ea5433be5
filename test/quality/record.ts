/** What was measured last, in `recorded.json`, and the tables of the README that show it. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { format } from 'oxfmt';
import type { Machine } from '../bench/machine.js';
import { scoreOf, sumOf, type FileCounts } from './mutants.js';
import { sumOfLines, type LineCounts, type RoomLines } from './lines.js';

/** How, when and on what something was measured. */
export interface Conditions extends Pick<
  Machine,
  'processor' | 'cores' | 'node' | 'date' | 'commit'
> {
  readonly command: string;
  readonly minutes: number;
}

/** The results that are kept. */
export interface Recorded {
  /** Mutants by part and file. */
  readonly mutants: Readonly<Record<string, Conditions & { readonly files: FileCounts }>>;
  /** Executed lines by room. */
  readonly coverage?: Conditions & { readonly rooms: RoomLines };
}

/** The conditions of a measurement that began at `start` (`performance.now()`) and ends now. */
export function conditionsOf(machine: Machine, command: string, start: number): Conditions {
  const { processor, cores, node, date, commit } = machine;
  const minutes = Math.round((performance.now() - start) / 6000) / 10;
  return { command, date, commit, processor, cores, node, minutes };
}

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

const date = (conditions: Conditions) => `${conditions.date.slice(0, 10)}, ${conditions.commit}`;

function markdown(rows: readonly (readonly (string | number)[])[]): string {
  const [head, ...body] = rows;
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`;
  const rule = line(head.map((_, column) => (column === 0 ? '---' : '--:')));
  return [line(head), rule, ...body.map(line)].join('\n');
}

/** A row per part. */
export function mutantTable({ mutants }: Recorded): string {
  const rows = Object.entries(mutants).map(([part, { files, ...conditions }]) => {
    const { killed, timeout, survived, notReached, invalid } = sumOf(files);
    const share = percent(scoreOf(sumOf(files)));
    return [`\`${part}\``, share, killed, timeout, survived, notReached, invalid, date(conditions)];
  });
  const head = [
    'part',
    'noticed',
    'killed',
    'endless',
    'survived',
    'not reached',
    'invalid',
    'measured',
  ];
  return markdown([head, ...rows]);
}

/** A row per room. */
export function coverageTable({ coverage }: Recorded): string {
  if (coverage === undefined) {
    return 'Not measured yet.';
  }
  const row = (room: string, { covered, lines }: LineCounts) => {
    return [room, percent(covered / lines), covered, lines];
  };
  return markdown([
    ['room', 'executed', 'lines', 'of'],
    ...Object.entries(coverage.rooms).map(([room, counts]) => row(`\`${room}\``, counts)),
    row('all', sumOfLines(Object.values(coverage.rooms))),
  ]);
}

/** The text with the part between two comments replaced. */
export function replaceSection(text: string, name: string, content: string): string {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- end of ${name} -->`];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) {
    throw new Error(`README.md: expected a section between ${begin} and ${end}`);
  }
  return `${text.slice(0, from)}${begin}\n\n${content}\n\n${text.slice(to)}`;
}

/** Changes what is recorded in a folder, and its README with it. */
export async function record(
  folder: string,
  change: (recorded: Recorded) => Recorded,
): Promise<void> {
  const file = path.join(folder, 'recorded.json');
  const readme = path.join(folder, 'README.md');
  const recorded = change(JSON.parse(readFileSync(file, 'utf8')) as Recorded);
  const text = replaceSection(
    replaceSection(readFileSync(readme, 'utf8'), 'mutants', mutantTable(recorded)),
    'coverage',
    coverageTable(recorded),
  );
  const write = async (to: string, content: string) => {
    writeFileSync(to, (await format(to, content, { printWidth: 100 })).code);
  };
  await write(file, JSON.stringify(recorded));
  await write(readme, text);
}
