/** How well a profile predicts whole networks: some are measured. */
import type { Architecture } from '../../architecture/architecture.js';
import { randomArchitecture } from '../../architecture/random.js';
import { ConfigError } from '../../errors.js';
import { Random } from '../../random.js';
import { completeShape, type SearchSpaceShape } from '../../search-space/shape.js';
import { segmentationNetwork } from '../../segmentation/network.js';
import { mean, median, percent, table } from '../../text.js';
import { ensureBackend } from '../../training/ensure-backend.js';
import type { LoopControl } from '../../training/events.js';
import { predictLatency } from '../costs.js';
import { RESOURCE_TEXTS } from '../resources.js';
import type { LatencyProfile } from './profile.js';
import { timeParts, type TimedPart } from './time-part.js';

/** A network whose latency was predicted and measured. */
export interface CheckedNetwork {
  readonly architecture: Architecture;
  /** In seconds. */
  readonly predicted: number;
  /** In seconds, the median of several runs. */
  readonly measured: number;
}

/** Which networks to measure. */
export interface CheckProfileOptions extends LoopControl, Partial<SearchSpaceShape> {
  /** How many. */
  readonly networks: number;
  /** What they are drawn from, 1 by default. */
  readonly seed?: number;
}

/**
 * Measures whole networks, drawn at random, against what a profile predicts; on the machine and with the backend
 * of the profile.
 *
 * @throws {@link BackendError} if a network does not fit into memory
 * @throws {@link DataError} if the profile lacks a piece of these networks
 * @throws the signal's reason if it is aborted
 *
 * @example
 * const network = { filterMultiplier: 2, classes: 3, height: 33, width: 33 };
 * const profile = await measureProfile({ layers: 2, blocks: 1, network });
 * const checked = await checkProfile(profile, { layers: 2, blocks: 1, networks: 2 });
 * describeProfileCheck(checked);
 */
export async function checkProfile(
  profile: LatencyProfile,
  options: CheckProfileOptions,
): Promise<CheckedNetwork[]> {
  const { networks, seed = 1 } = options;
  if (!Number.isInteger(networks) || networks < 1) {
    throw new ConfigError(`networks: expected a positive integer, got ${networks}`);
  }
  const { blocks, ...network } = profile.network;
  const shape = { ...completeShape(options), blocks };
  const { height, width } = network;
  const architectures = Array.from({ length: networks }, (_, i) =>
    randomArchitecture(new Random(seed).fork(`network ${i}`), shape),
  );
  const predicted = architectures.map((one) => predictLatency(one, network, profile));
  const parts = architectures.map((architecture): TimedPart => {
    const whole = segmentationNetwork({ architecture, ...network });
    return { part: (scope, [x]) => whole(scope, x), inputs: [[1, height, width, 3]] };
  });
  await ensureBackend();
  const times = await timeParts(parts, 'whole networks', options);
  return architectures.map((architecture, i) => ({
    architecture,
    predicted: predicted[i],
    measured: median(times[i]),
  }));
}

/** How far predictions are off. */
export interface PredictionError {
  /** Geometric mean of predicted over measured; 1: right on average. */
  readonly ratio: number;
  /** Mean of |predicted / measured − 1|. */
  readonly meanError: number;
  /** The largest of them. */
  readonly largestError: number;
  /** The mean of them once all predictions are divided by `ratio`: what is wrong between networks. */
  readonly errorBetween: number;
}

/** How far the predictions of checked networks are off. */
export function predictionError(checked: readonly CheckedNetwork[]): PredictionError {
  const ratios = checked.map(({ predicted, measured }) => predicted / measured);
  const ratio = Math.exp(mean(ratios.map(Math.log)));
  const errors = ratios.map((one) => Math.abs(one - 1));
  return {
    ratio,
    meanError: mean(errors),
    largestError: Math.max(...errors),
    errorBetween: mean(ratios.map((one) => Math.abs(one / ratio - 1))),
  };
}

/** Describes checked networks: predicted and measured latencies, and how far the first are off. */
export function describeProfileCheck(checked: readonly CheckedNetwork[]): string {
  const { write } = RESOURCE_TEXTS.latency;
  const rows = checked.map(({ predicted, measured }, i) => [
    String(i + 1),
    write(predicted),
    write(measured),
    percent(predicted / measured - 1),
  ]);
  const { ratio, meanError, largestError, errorBetween } = predictionError(checked);
  return [
    table([['network', 'predicted', 'measured', 'error'], ...rows]),
    `Mean error ${percent(meanError)}, largest ${percent(largestError)}; predictions are ${ratio.toFixed(3)} times ` +
      `the measured latency on average, and but for this factor ${percent(errorBetween)} off.`,
  ].join('\n');
}
