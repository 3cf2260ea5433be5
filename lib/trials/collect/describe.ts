/** Trials as a table, and what they agree on in words. */
import { architectureAgreement, type ArchitectureAgreement } from '../../architecture/agreement.js';
import { duration } from '../../duration.js';
import { ConfigError } from '../../errors.js';
import { levelStride } from '../../search-space/trellis.js';
import { count, deviation, markdownTable, mean, percent } from '../../text.js';
import type { CollectedTrial, TrialWithHistory } from './collected.js';
import { ordinaryEvaluation } from './evaluations.js';

/** A column: its name and the text of a trial; undefined where there is nothing to say. */
type Column = readonly [name: string, cell: (trial: CollectedTrial) => string | undefined];

function progress({ length, epochs, steps }: CollectedTrial): string | undefined {
  if (length === null) {
    return undefined;
  }
  return `${length.unit === 'epochs' ? epochs : steps}/${length.value} ${length.unit}`;
}

const score = (value: number | null): string | undefined =>
  value === null ? undefined : percent(value, 2);

function evaluated(trial: CollectedTrial): string | undefined {
  const found = ordinaryEvaluation(trial);
  if (found === undefined) {
    return undefined;
  }
  const { meanIou, split, images, imagesOfSplit } = found;
  const part = images < imagesOfSplit ? `, ${images} of ${imagesOfSplit} images` : '';
  return `${percent(meanIou, 2)} (${split}${part})`;
}

const COLUMNS: readonly Column[] = [
  ['trial', ({ id }) => id],
  ['state', ({ state }) => state],
  ['seed', ({ seed }) => (seed === null ? undefined : String(seed))],
  ['done', progress],
  ['last mIoU', ({ meanIou }) => score(meanIou)],
  ['best mIoU', ({ bestMeanIou }) => score(bestMeanIou)],
  ['evaluated mIoU', evaluated],
  ['time', ({ seconds }) => (seconds === 0 ? undefined : duration(seconds))],
  [
    'strides',
    ({ kind, architecture }) =>
      kind === 'search' ? architecture?.path.map(levelStride).join(' ') : undefined,
  ],
];

/** The rows of the table of trials, its head first; a column that says nothing of any is left out. */
export function trialRows(trials: readonly CollectedTrial[]): readonly (readonly string[])[] {
  const columns = COLUMNS.map(([name, cell]) => [name, trials.map(cell)] as const).filter(
    ([, cells]) => cells.some((cell) => cell !== undefined),
  );
  return [
    columns.map(([name]) => name),
    ...trials.map((_, i) => columns.map(([, cells]) => cells[i] ?? '–')),
  ];
}

/** Mean and sample standard deviation of scores, in words; undefined of fewer than two. */
function spread(name: string, values: readonly (number | null)[]): string | undefined {
  const known = values.filter((value) => value !== null);
  if (known.length < 2) {
    return undefined;
  }
  return `${name} of ${known.length}: ${percent(mean(known), 2)} ± ${(100 * deviation(known)).toFixed(2)} points`;
}

/**
 * What the architectures of searches have in common.
 *
 * @param isFinal - of done searches only; false: of the others too, as they stand
 * @returns undefined if there are fewer than two, or of several search spaces
 */
export function agreementOf(
  trials: readonly CollectedTrial[],
  isFinal = false,
): ArchitectureAgreement | undefined {
  const found = trials.flatMap(({ kind, state, architecture }) =>
    kind === 'search' && architecture !== null && (state === 'done' || !isFinal)
      ? [architecture]
      : [],
  );
  if (found.length < 2) {
    return undefined;
  }
  try {
    return architectureAgreement(found);
  } catch (error) {
    if (error instanceof ConfigError) {
      return undefined;
    }
    throw error;
  }
}

function agreementLine({ count: n, pairs }: ArchitectureAgreement): string[] {
  return pairs === undefined
    ? []
    : [
        `architectures of ${n} searches: two agree on ${percent(pairs.path)} of the layers, on ` +
          `${percent(pairs.inputs)} of the inputs of the cell, on ${percent(pairs.branches)} of its branches`,
      ];
}

/** How many there are in each state, the spread of their scores, what they agree on; then the notes. */
export function trialSummary(trials: readonly TrialWithHistory[]): readonly string[] {
  const states = [...new Set(trials.map(({ state }) => state))].map(
    (state) => `${trials.filter((trial) => trial.state === state).length} ${state}`,
  );
  const done = trials.filter(({ state }) => state === 'done');
  const last = spread(
    'last mIoU',
    done.map(({ meanIou }) => meanIou),
  );
  const best = spread(
    'best mIoU',
    done.map(({ bestMeanIou }) => bestMeanIou),
  );
  const agreement = agreementOf(trials);
  return [
    `${count(trials.length, 'trial')}: ${states.join(', ')}`,
    ...[last, best].filter((line) => line !== undefined),
    ...(agreement ? agreementLine(agreement) : []),
    ...trials.flatMap(({ id, state, note }) => (note === null ? [] : [`${id}, ${state}: ${note}`])),
  ];
}

/** Trials as Markdown: a table, and what is said below it. */
export function trialsMarkdown(trials: readonly TrialWithHistory[]): string {
  const summary = trialSummary(trials).map((line) => `- ${line.replaceAll(/\s+/g, ' ')}`);
  return `${markdownTable(trialRows(trials))}\n\n${summary.join('\n')}\n`;
}
