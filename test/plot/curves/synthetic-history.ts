/** A made-up history of a search, for the tests of the figures. */
import { Random } from '../../../lib/random.js';
import type { RunHistory } from '../../../lib/run/history.js';
import type { HistoryEntry, HistoryRow } from '../../../lib/run/history-row.js';
import {
  alphaLength,
  PAPER_SHAPE,
  trellisOf,
  type SearchSpaceShape,
} from '../../../lib/search-space/shape.js';

/** What the history is to look like. */
export interface SyntheticOptions {
  readonly seed?: number;
  readonly epochs?: number;
  /** The first epoch in which α and β learn, from 0. */
  readonly start?: number;
  readonly stepsPerEpoch?: number;
  /** What α tends to, added to a random direction; by operation. */
  readonly drift?: Readonly<Record<string, number>>;
  /** The candidate operations; the paper's by default. */
  readonly operations?: readonly string[];
  /** Size of α's and β's own random direction at the end. */
  readonly spread?: number;
  /** Validation mean IoU of an epoch, noise aside. */
  readonly meanIou?: (epoch: number) => number;
}

/** Rows as a history of a search of this shape; what they lack stays undefined. */
export function historyOf(
  rows: readonly HistoryEntry[],
  searchSpace: SearchSpaceShape | undefined = PAPER_SHAPE,
): RunHistory {
  return { rows: rows as readonly HistoryRow[], searchSpace };
}

/** Rows of steps, epochs and validations as a search writes them. */
export function syntheticHistory(options: SyntheticOptions = {}): RunHistory {
  const shape = { ...PAPER_SHAPE, operations: options.operations ?? PAPER_SHAPE.operations };
  const { operations } = shape;
  const { seed = 1, epochs = 40, start = 20, stepsPerEpoch = 10, drift = {}, spread = 1 } = options;
  const random = new Random(seed);
  const meanIou = options.meanIou ?? ((epoch) => 0.36 * (1 - Math.exp(-epoch / 12)));
  const alphaWay = Array.from({ length: alphaLength(shape) }, () => random.normal());
  const betaWay = trellisOf(shape).arrows.map(() => random.normal());
  const rows: HistoryEntry[] = [];
  for (let epoch = 0; epoch < epochs; epoch++) {
    const noise = random.fork(`epoch/${epoch}`);
    const learns = epoch >= start;
    const phase = learns ? 'architecture' : 'weights';
    const way = learns ? (epoch + 1 - start) / (epochs - start) : 0.001;
    const loss = 0.5 + 2.4 * Math.exp(-epoch / 10);
    for (let step = 1; step <= stepsPerEpoch; step++) {
      const at = epoch * stepsPerEpoch + step;
      const rate = 0.001 + 0.012 * (1 + Math.cos((Math.PI * at) / (epochs * stepsPerEpoch)));
      const rates = { learningRate: rate, ...(learns && { architectureLearningRate: 0.003 }) };
      const value = loss * (1 + 0.15 * noise.normal());
      rows.push({ epoch, step: at, phase, kind: 'step', loss: value, ...rates, seconds: 1 });
    }
    const step = (epoch + 1) * stepsPerEpoch;
    const score = meanIou(epoch + 1) + 0.008 * noise.normal();
    const scores = { meanIou: score, pixelAccuracy: 0.5 + score };
    rows.push({ epoch, step, phase: 'validation', kind: 'evaluation', ...scores, seconds: 12 });
    const last = rows.findLast(({ kind }) => kind === 'step');
    rows.push({
      epoch,
      step,
      phase,
      kind: 'epoch',
      loss,
      architectureLoss: learns ? loss * 1.1 : null,
      ...scores,
      learningRate: last?.learningRate ?? null,
      architectureLearningRate: learns ? 0.003 : null,
      alpha: Float32Array.from(
        alphaWay,
        (value, i) => way * (spread * value + (drift[operations[i % operations.length]] ?? 0)),
      ),
      beta: Float32Array.from(betaWay, (value) => way * spread * value),
      alphaEntropy: Math.log(operations.length) * (1 - 0.1 * way),
      betaEntropy: 1 - 0.2 * way,
      seconds: (learns ? 95 : 50) + 4 * noise.normal(),
      dataSeconds: 6 + noise.uniform(),
      memoryBytes: (learns ? 3.1 : 2.2) * 2 ** 30 + 1e7 * epoch,
    });
  }
  return historyOf(rows, shape);
}
