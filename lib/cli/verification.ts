/** `autodeeplab doctor --verify`: what it shows while it runs, and what it reports. */
import type { BackendChoice } from '../backend/backend-name.js';
import type { Diagnosis } from '../backend/diagnosis.js';
import { issueTracker, libraryVersion } from '../run/version.js';
import { duration } from '../duration.js';
import { count, table } from '../text.js';
import type { Row } from '../verify/check.js';
import type { Precision } from '../verify/precision.js';
import { isRight, verify, type Verification } from '../verify/verify.js';
import { describeBackend } from './start.js';
import { watch } from './watch.js';

/** Verifies while it shows how far it is; undefined if it was interrupted. */
export function verifyWatched(backend: BackendChoice): Promise<Verification | undefined> {
  return watch(
    ({ signal, onProgress, display }) =>
      verify({
        backend,
        signal,
        onProgress: ({ check, done, total, row }) => {
          if (row === undefined) {
            display.line(`${done + 1}/${total} ${check.name}: ${check.compares}`);
          }
          onProgress({ kind: 'images', purpose: check.name, done, total, secondsLeft: undefined });
        },
      }),
    'nothing was reported',
  );
}

/** A difference or a tolerance: `4.7e-7`, `0`, `-` where there is none. */
function small(value: number): string {
  return Number.isNaN(value) ? '-' : value === 0 ? '0' : value.toExponential(1);
}

function cells(check: string, row: Row): string[] {
  const { what, expectedFrom, relative, absolute, tolerance, ok, seconds } = row;
  const numbers = [relative, absolute, tolerance].map(small);
  return [ok ? 'ok' : 'DIFFERS', check, what, expectedFrom, ...numbers, `${seconds.toFixed(1)} s`];
}

const HEAD = ['', 'check', 'what', 'against', 'relative', 'absolute', 'tolerance', 'time'];

/** How to switch off what rounds products. */
const HINTS: Readonly<Record<Precision['name'], string | undefined>> = {
  float32: undefined,
  TF32: 'NVIDIA_TF32_OVERRIDE=0 turns that off',
  bfloat16: 'without ONEDNN_DEFAULT_FPMATH_MODE in the environment that is off',
};

/** What explains differences in general. */
function remarks({ backend, precision }: Verification): string[] {
  const hint = precision && HINTS[precision.name];
  return [
    ...(hint === undefined
      ? []
      : [
          `Products are rounded to ${precision?.bits} bits (${precision?.name}), so that differences near ` +
            `${small(2 ** -(precision?.bits ?? 0))} are expected in operations, and tolerances are larger; ${hint}, as for the checks of networks here.`,
        ]),
    ...(backend?.device === 'gpu'
      ? ['On a GPU some sums depend on the order of threads: a resumed run may differ by rounding.']
      : []),
  ];
}

/** Where to send the report. */
function whereTo(json: boolean | string): string {
  const what =
    typeof json === 'string' ? `the file ${json}` : 'this text, or the file of --json FILE,';
  return `Right or not, please send ${what} to ${issueTracker()}: it says what is known of machines like yours.`;
}

/** One line that says whether all is right. */
function verdict(found: Verification): string {
  const { backend, checks, seconds } = found;
  const rows = checks.flatMap((check) => check.rows);
  const where = backend ? `${backend.name} on ${backend.device}` : 'the backend';
  const wrong = rows.filter(({ ok }) => !ok).length;
  return isRight(found)
    ? `Right: all ${count(rows.length, 'comparison')} on ${where} are within their tolerances (${duration(seconds)}).`
    : `Not right: ${wrong} of ${count(rows.length, 'comparison')} on ${where} differ or failed (${duration(seconds)}).`;
}

/**
 * The verification as text, the verdict in its last line.
 *
 * @param json - where its JSON goes
 */
export function formatVerification(found: Verification, json: boolean | string): string {
  const { backend, checks } = found;
  const all = checks.flatMap(({ name, rows }) => rows.map((row) => ({ name, row })));
  const columns = ['left', 'left', 'left', 'left'] as const;
  const notes = all.flatMap(({ name, row: { what, note } }) =>
    note === undefined ? [] : [`- ${name}, ${what}: ${note}`],
  );
  return [
    ...(backend ? [describeBackend(backend), ''] : []),
    table([HEAD, ...all.map(({ name, row }) => cells(name, row))], {
      align: [...columns, 'right', 'right', 'right', 'right'],
    }),
    '',
    ...notes,
    ...remarks(found),
    whereTo(json),
    verdict(found),
  ].join('\n');
}

/** The verification with the facts of the machine, as plain data. */
export function verificationDocument(diagnosis: Diagnosis, found: Verification): object {
  return {
    library: libraryVersion(),
    date: new Date().toISOString(),
    right: isRight(found),
    diagnosis,
    ...found,
  };
}

/** A document as JSON; NaN and infinities as texts, since JSON has none. */
export function jsonText(document: object): string {
  const replace = (_: string, value: unknown) =>
    typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
  return JSON.stringify(document, replace, 2);
}
