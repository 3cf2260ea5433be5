/** Which lines of the library were executed. */

/** What Istanbul's format says of the statements of a file. */
export interface FileCoverage {
  readonly statementMap: Readonly<Record<string, { readonly start: { readonly line: number } }>>;
  /** How often each statement was executed. */
  readonly s: Readonly<Record<string, number>>;
}

/** Lines on which a statement begins, and those of them that were executed. */
export interface LineCounts {
  readonly covered: number;
  readonly lines: number;
}

/** Counts by room. */
export type RoomLines = Readonly<Record<string, LineCounts>>;

/** Whether each line with a statement was executed: at least one of its statements. */
export function executedLines({ statementMap, s }: FileCoverage): Map<number, boolean> {
  const lines = new Map<number, boolean>();
  for (const [id, { start }] of Object.entries(statementMap)) {
    lines.set(start.line, lines.get(start.line) === true || s[id] > 0);
  }
  return lines;
}

/**
 * The lines of a file that were executed in the test processes or elsewhere. What counts as a line is
 * what the test processes say, which read the source itself.
 */
export function union(
  lines: ReadonlyMap<number, boolean>,
  elsewhere: ReadonlyMap<number, boolean>,
): Map<number, boolean> {
  return new Map(
    Array.from(lines, ([line, isExecuted]) => [line, isExecuted || elsewhere.get(line) === true]),
  );
}

/** How many lines there are, and how many were executed. */
export function countLines(lines: ReadonlyMap<number, boolean>): LineCounts {
  const executed = [...lines.values()];
  return { covered: executed.filter(Boolean).length, lines: executed.length };
}

/** Counts together. */
export function sumOfLines(counts: readonly LineCounts[]): LineCounts {
  return {
    covered: counts.reduce((sum, { covered }) => sum + covered, 0),
    lines: counts.reduce((sum, { lines }) => sum + lines, 0),
  };
}

/** The room of a file of the library, such as `decoder` of `lib/decoder/cell.ts`. */
export function roomOf(file: string): string {
  return file.split('/')[1];
}

/** Counts of files, added up by room. */
export function byRoom(files: Readonly<Record<string, LineCounts>>): RoomLines {
  const rooms = [...new Set(Object.keys(files).map(roomOf))].sort();
  const countsOf = (room: string) =>
    Object.entries(files).flatMap(([file, counts]) => (roomOf(file) === room ? [counts] : []));
  return Object.fromEntries(rooms.map((room) => [room, sumOfLines(countsOf(room))]));
}
