/** Errors of cells as Jupyter shows them: kind, message, and lines that point into the cell. */
import { inspect, types } from 'node:util';
import type { CellError } from './cell-output.js';
import { sourcePlaces, type Place } from './source-lines.js';
import type { ConvertResult } from './tslab.js';

/** What is known of an executed cell. */
export interface CellCode {
  readonly source: string;
  /** What was compiled from it; undefined if it was not. */
  readonly output: string | undefined;
}

/** Finds an executed cell by its number. */
export type CellLookup = (count: number) => CellCode | undefined;

type Diagnostic = ConvertResult['diagnostics'][number];

/** What the code of a cell is called in stack traces. */
export function cellName(count: number): string {
  return `cell-${count}`;
}

const CELL_PLACE = /cell-(\d+):(\d+):(\d+)/;
const MAX_FRAMES = 12;
const MAX_CAUSES = 3;
/** Frames of the machinery that runs cells, of no interest to their authors. */
const MACHINERY = /node:internal|node:vm|[\\/]tslab[\\/]dist[\\/]|[\\/]notebook[\\/]kernel[\\/]/;

/** The line of the source with its neighbours, and a mark under the column. */
function excerpt(source: string, { line, column }: Place): readonly string[] {
  const lines = source.split('\n');
  const first = Math.max(1, line - 1);
  const last = Math.min(lines.length, line + 1);
  const width = String(last).length;
  return lines.slice(first - 1, last).flatMap((text, index) => {
    const number = first + index;
    const row = `${String(number).padStart(width)} | ${text}`;
    return number === line
      ? [`> ${row}`, `  ${' '.repeat(width)} | ${' '.repeat(column - 1)}^`]
      : [`  ${row}`];
  });
}

interface Frames {
  readonly lines: readonly string[];
  /** The innermost place inside a cell. */
  readonly place: (Place & { readonly count: number }) | undefined;
}

/** The frames of a stack, from the innermost to the executed cell, with places in the sources. */
function readFrames(frames: readonly string[], cells: CellLookup): Frames {
  const lines: string[] = [];
  let innermost: Frames['place'];
  const lastCell = frames.findLastIndex((frame) => CELL_PLACE.test(frame));
  for (const frame of lastCell < 0 ? frames : frames.slice(0, lastCell + 1)) {
    const found = CELL_PLACE.exec(frame);
    const cell = found && cells(Number(found[1]));
    if (found && cell?.output !== undefined) {
      const count = Number(found[1]);
      const compiled = { line: Number(found[2]), column: Number(found[3]) };
      if (compiled.line > cell.output.split('\n').length) {
        continue; // the call that tslab wraps around the cell
      }
      const place = sourcePlaces(cell.source, cell.output)(compiled);
      innermost ??= { ...place, count };
      // Functions of earlier cells are called as methods of tslab's object of exports.
      const named = frame.replace('at Proxy.', 'at ');
      lines.push(named.replace(CELL_PLACE, `cell [${count}], line ${place.line}:${place.column}`));
    } else if (!MACHINERY.test(frame)) {
      lines.push(frame);
    }
  }
  return { lines: lines.slice(0, MAX_FRAMES), place: innermost };
}

function describeThrown(error: Error, cells: CellLookup, depth: number): readonly string[] {
  const stack = (error.stack ?? '').split('\n');
  const start = stack.findIndex((line) => /^\s+at /.test(line));
  const { lines, place } = readFrames(start < 0 ? [] : stack.slice(start), cells);
  const cell = place && cells(place.count);
  const { cause } = error;
  return [
    `${error.name}: ${error.message}`,
    ...lines,
    ...(cell ? ['', `cell [${place.count}], line ${place.line}`] : []),
    ...(cell ? excerpt(cell.source, place) : []),
    ...(types.isNativeError(cause) && depth < MAX_CAUSES
      ? ['', 'caused by', ...describeThrown(cause, cells, depth + 1)]
      : []),
    ...(error instanceof AggregateError && depth < MAX_CAUSES
      ? error.errors.flatMap((inner) => ['', ...describeValue(inner, cells, depth + 1).traceback])
      : []),
  ].flatMap((line) => line.split('\n'));
}

function describeValue(value: unknown, cells: CellLookup, depth: number): CellError {
  if (types.isNativeError(value) || value instanceof Error) {
    return {
      ename: value.name,
      evalue: value.message,
      traceback: describeThrown(value, cells, depth),
    };
  }
  const text = inspect(value);
  return { ename: 'Thrown', evalue: text, traceback: `Thrown: ${text}`.split('\n') };
}

/** The first line of a message, and how to fix it. */
function withHint(message: string, hint: string): string {
  return `${message.split('\n', 1)[0].replace(/\.$/, '')}; ${hint}`;
}

/**
 * What a cell threw, whether an error or another value.
 *
 * @param hint - a line to add, such as how to fix it
 */
export function reportThrown(value: unknown, cells: CellLookup, hint?: string): CellError {
  const report = describeValue(value, cells, 0);
  return hint === undefined
    ? report
    : {
        ...report,
        evalue: withHint(report.evalue, hint),
        traceback: [...report.traceback, '', hint],
      };
}

/**
 * What the compiler found; the message starts with line and column.
 *
 * @param hint - a line to add, such as how to fix it
 */
export function reportDiagnostics(
  diagnostics: readonly Diagnostic[],
  source: string,
  hint?: string,
): CellError {
  const places = diagnostics.map(({ start }) => ({
    line: start.line + 1,
    column: start.character + 1,
  }));
  const texts = diagnostics.map(({ messageText, fileName }, index) => {
    const { line, column } = places[index];
    return `${fileName ? `${fileName} ` : ''}${line}:${column} - ${messageText}`;
  });
  const lines = diagnostics.flatMap(({ code, fileName }, index) => {
    const isLast = diagnostics[index + 1]?.start.offset !== diagnostics[index].start.offset;
    const shown = isLast && !fileName ? excerpt(source, places[index]) : [];
    return [`TS${code}: ${texts[index]}`, ...shown];
  });
  const end = hint === undefined ? [] : ['', hint];
  return {
    ename: 'TypeScriptError',
    evalue: hint === undefined ? texts[0] : withHint(texts[0], hint),
    traceback: [...lines, ...end].flatMap((line) => line.split('\n')),
  };
}
