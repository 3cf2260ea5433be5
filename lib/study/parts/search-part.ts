/** A search as a part of a study. */
import type { Decidedness } from '../../architecture/statistics.js';
import type { DecodeResult } from '../../decoder/decode.js';
import { DataError } from '../../errors.js';
import type { HistoryRow } from '../../run/history-row.js';
import { decode } from '../../decoder/decode.js';
import { decodeInputOf, type ArchitectureLogits } from '../../search/decode-search.js';
import { firstLogits } from '../../search/program.js';
import { search } from '../../search/search.js';
import { sharpnessOf } from '../../search/sharpness.js';
import { travelOf } from '../../search/travel.js';
import { networksOfSearch } from '../networks.js';
import type { SearchOutcome } from '../part-result.js';
import { studyPlan, type SearchPart } from '../plan.js';
import type { StudyDecision, StudyEpoch, StudySharpness } from '../record.js';
import { readDoneRun, runOf, type PartContext } from './context.js';

function epochOf(row: HistoryRow): StudyEpoch {
  const { epoch, step, loss, architectureLoss, meanIou, alphaEntropy, betaEntropy } = row;
  return {
    epoch,
    step,
    weightLoss: loss ?? NaN,
    architectureLoss,
    validationMeanIou: meanIou,
    alphaEntropy: alphaEntropy ?? NaN,
    betaEntropy: betaEntropy ?? NaN,
  };
}

function decisionOf({ architecture, cell, path }: DecodeResult): StudyDecision {
  return {
    path: architecture.path,
    pathProbabilities: path.steps.map(({ probability }) => probability),
    genotype: architecture.genotype,
    branchProbabilities: cell.blocks.flatMap(({ left, right }) =>
      [left, right].map(({ probability }) => probability),
    ),
  };
}

function recorded({ relativeEntropy, strongestProbability }: Decidedness): StudySharpness {
  return { relativeEntropy, strongest: strongestProbability };
}

function largestChange(before: ArchitectureLogits, now: ArchitectureLogits): number {
  const changes = (['alpha', 'beta'] as const).flatMap((name) =>
    Array.from(now[name], (value, i) => Math.abs(value - before[name][i])),
  );
  return Math.max(...changes);
}

/** α and β after the last step. */
function lastLogits(folder: string, epochs: readonly HistoryRow[]): ArchitectureLogits {
  const { alpha, beta } = epochs.at(-1) ?? {};
  if (!alpha || !beta) {
    throw new DataError(`${folder}: expected α and β of the last epoch, got none`, folder);
  }
  return { alpha, beta };
}

/**
 * Runs a search, or continues it, and draws the networks that it is compared with.
 *
 * @returns undefined if it was interrupted
 */
export async function runSearchPart(
  context: PartContext,
  { id, seed }: SearchPart,
): Promise<SearchOutcome | undefined> {
  const { dataset, settings } = context;
  const config = { ...context.configs.search, seed };
  const request = runOf(context, id);
  const { interrupted } = await search({ ...request, preset: settings.presets.search, config });
  if (interrupted) {
    return undefined;
  }
  const { rows, steps, seconds, peakMemory } = await readDoneRun(request.folder);
  const epochs = rows.filter(({ kind }) => kind === 'epoch');
  const logits = lastLogits(request.folder, epochs);
  const decoded = decode(decodeInputOf(logits, config, dataset.name));
  const classes = dataset.classes.length;
  const sharpness = sharpnessOf(logits, config);
  const largest = largestChange(await firstLogits(config, classes), logits);
  const planned = studyPlan(settings).networks.filter((network) => network.search === id);
  return {
    kind: 'search',
    search: {
      id,
      seed,
      curve: epochs.map(epochOf),
      decided: decisionOf(decoded),
      architecture: decoded.architecture,
      alpha: Array.from(logits.alpha),
      beta: Array.from(logits.beta),
      alphaSharpness: recorded(sharpness.alpha),
      betaSharpness: recorded(sharpness.beta),
      travel: { ...travelOf(config, steps / config.epochs), largest },
      seconds,
      peakMemory,
    },
    networks: networksOfSearch(
      planned,
      { architecture: decoded.architecture, beta: Array.from(logits.beta) },
      { ...context.configs, search: config },
      { classes, tolerance: settings.parameterTolerance },
    ),
  };
}
