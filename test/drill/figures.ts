/** What was counted. */

/** The figures of a trial, or the sums of many. */
export interface Figures {
  /** Processes that worked on a drilled command, a resume in a running process included. */
  readonly runs: number;
  /** Processes that were ended by a signal. */
  readonly kills: number;
  /** Runs that continued what another had begun. */
  readonly resumes: number;
  /** Steps that were trained more than once. */
  readonly stepsRedone: number;
  /** Results that were compared with that of the uninterrupted run. */
  readonly compared: number;
  /** Damaged files that were refused by name. */
  readonly refused: number;
}

export const NOTHING: Figures = {
  runs: 0,
  kills: 0,
  resumes: 0,
  stepsRedone: 0,
  compared: 0,
  refused: 0,
};

/** The sum of figures, each left out where it is 0. */
export function sum(all: readonly Partial<Figures>[]): Figures {
  const total: Record<string, number> = { ...NOTHING };
  for (const figures of all) {
    for (const [name, value] of Object.entries(figures)) {
      total[name] += value;
    }
  }
  return total as unknown as Figures;
}

/** What came of one trial. */
export interface Outcome {
  readonly figures: Partial<Figures>;
  /** What was not as it must be; nothing if all was. */
  readonly problems: readonly string[];
}

/** What came of the trials of one kind with one command. */
export interface Row extends Figures {
  readonly drill: string;
  readonly command: string;
  readonly planned: number;
  readonly trials: number;
  readonly problems: readonly string[];
  /** Why nothing was done; undefined if something was. */
  readonly skipped?: string | undefined;
}

/** The row of a drill with a command. */
export function rowOf(
  { drill, command }: { readonly drill: string; readonly command: string },
  planned: number,
  done: readonly Outcome[],
): Row {
  const figures = sum(done.map((outcome) => outcome.figures));
  const problems = done.flatMap((outcome) => outcome.problems);
  return { drill, command, planned, trials: done.length, ...figures, problems };
}

const COLUMNS = [
  ['trials', 'trials'],
  ['runs', 'runs'],
  ['kills', 'kills'],
  ['resumes', 'resumes'],
  ['stepsRedone', 'steps redone'],
  ['refused', 'refused by name'],
  ['compared', 'compared'],
] as const;

/** The rows and their sum as a table of Markdown. */
export function describeRows(rows: readonly Row[]): string {
  const total = rowOf({ drill: '**all**', command: '' }, 0, []);
  const all = rows.reduce<Row>(
    (so, row) => ({
      ...so,
      ...Object.fromEntries(COLUMNS.map(([name]) => [name, so[name] + row[name]])),
      problems: [...so.problems, ...row.problems],
    }),
    total,
  );
  const lines = [...rows, all].map((row) => [
    row.drill,
    row.command,
    ...(row.skipped === undefined
      ? [...COLUMNS.map(([name]) => String(row[name])), String(row.problems.length)]
      : [`skipped: ${row.skipped}`, ...COLUMNS.map(() => '')]),
  ]);
  const head = ['drill', 'command', ...COLUMNS.map(([, heading]) => heading), 'problems'];
  const rule = head.map((_, i) => (i < 2 ? '---' : '--:'));
  return [head, rule, ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
