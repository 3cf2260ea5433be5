/** One trial, read from its folder; nothing is written. */
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { z } from 'zod';
import type { Architecture } from '../../architecture/architecture.js';
import { decode } from '../../decoder/decode.js';
import { DataError } from '../../errors.js';
import { errorCode } from '../../files/file-error.js';
import { architectureFrom } from '../../run/architecture-source.js';
import { RunDirectory } from '../../run/directory.js';
import { epochRows } from '../../run/epoch-rows.js';
import type { HistoryRow } from '../../run/history-row.js';
import type { RunHistory } from '../../run/history.js';
import { END_NORMALISATIONS } from '../../search-space/end-normalisation.js';
import type { CollectedTrial, TrialWithHistory } from './collected.js';
import { evaluationsOf } from './evaluations.js';
import { stateOf } from './state.js';

const length = z.int().nullish();

/** What is needed of the configuration of a search or a retraining. */
const configSchema = z.object({
  options: z.object({
    epochs: length,
    steps: length,
    endNormalisation: z.enum(END_NORMALISATIONS).optional(),
  }),
});

type Options = z.infer<typeof configSchema>['options'];

/** Zero rows are no error: a run writes its history from its first step on. */
async function historyOf(run: RunDirectory): Promise<RunHistory | undefined> {
  try {
    return await run.readHistory();
  } catch (error) {
    if (error instanceof DataError && errorCode(error.cause) === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
}

function lengthOf({ epochs, steps }: Options): CollectedTrial['length'] {
  if (typeof epochs === 'number') {
    return { unit: 'epochs', value: epochs };
  }
  return typeof steps === 'number' ? { unit: 'steps', value: steps } : null;
}

/** The architecture that the last α and β of a search give; null before the first that were trained. */
function decodeLast(history: RunHistory | undefined, options: Options): Architecture | null {
  const last = history?.rows.findLast(({ alpha, beta }) => alpha !== null && beta !== null);
  if (history?.searchSpace === undefined || !last?.alpha || !last.beta) {
    return null;
  }
  const { endNormalisation } = options;
  const { architecture } = decode({
    ...history.searchSpace,
    alpha: last.alpha,
    beta: last.beta,
    options: endNormalisation ? { endNormalisation } : {},
  });
  return last.phase === 'architecture' ? architecture : null;
}

const isScore = (value: number | null): value is number => value !== null && Number.isFinite(value);

/** What the rows of a history add up to. */
function progressOf(rows: readonly HistoryRow[]) {
  const scores = rows.map(({ meanIou }) => meanIou).filter(isScore);
  const epochs = epochRows({ rows });
  const evaluations = rows.filter(({ kind }) => kind === 'evaluation');
  return {
    steps: rows.at(-1)?.step ?? 0,
    epochs: epochs.length,
    meanIou: scores.at(-1) ?? null,
    bestMeanIou: scores.length === 0 ? null : Math.max(...scores),
    seconds: [...epochs, ...evaluations].reduce((sum, { seconds }) => sum + (seconds ?? 0), 0),
  };
}

/** The evaluations of a run; none, and why, if they cannot be told. */
async function knownEvaluations(
  run: RunDirectory,
): Promise<Pick<CollectedTrial, 'evaluations'> & { readonly problem?: string }> {
  try {
    return { evaluations: await evaluationsOf(run) };
  } catch (error) {
    if (error instanceof DataError) {
      return { evaluations: [], problem: `its evaluations are left out: ${error.message}` };
    }
    throw error;
  }
}

/** What the run in a folder says. */
async function readRun(folder: string, isDone: boolean): Promise<Partial<TrialWithHistory>> {
  const run = await RunDirectory.open(folder);
  const options = configSchema.safeParse(run.config).data?.options ?? {};
  const history = await historyOf(run);
  const isSearch = run.kind === 'search';
  const { evaluations, problem } = await knownEvaluations(run);
  const note = history?.damage ?? problem;
  return {
    kind: run.kind,
    seed: run.seed,
    length: lengthOf(options),
    ...progressOf(history?.rows ?? []),
    evaluations,
    architecture:
      isSearch && !isDone
        ? decodeLast(history, options)
        : await architectureFrom(folder).catch(() => null),
    history,
    ...(note !== undefined && { note }),
  };
}

const NOTHING: Omit<TrialWithHistory, 'id' | 'folder' | 'state' | 'note'> = {
  kind: null,
  seed: null,
  steps: 0,
  epochs: 0,
  length: null,
  meanIou: null,
  bestMeanIou: null,
  seconds: 0,
  evaluations: [],
  architecture: null,
  history: undefined,
};

/** One trial; what cannot be read of it is its note. */
export async function readTrial(folder: string): Promise<TrialWithHistory> {
  const { state, note } = await stateOf(folder);
  const known = { ...NOTHING, id: basename(folder), folder, state, note };
  if (!existsSync(join(folder, 'config.json'))) {
    return known;
  }
  try {
    const read = await readRun(folder, state === 'done');
    return { ...known, ...read, note: note ?? read.note ?? null };
  } catch (error) {
    if (error instanceof DataError) {
      return { ...known, note: error.message };
    }
    throw error;
  }
}
