/** What α and β say about a search. */
import type { Genotype } from '../../architecture/genotype.js';
import { betaLogProbabilities } from '../../architecture/probabilities.js';
import { alphaStatistics, betaStatistics, familyShares } from '../../architecture/statistics.js';
import { decodeCell } from '../../decoder/cell.js';
import { viterbi } from '../../decoder/viterbi.js';
import { operationNamed } from '../../search-space/operations/registry.js';
import { trellisOf } from '../../search-space/shape.js';
import { levelStride } from '../../search-space/trellis.js';
import { count, percent, short } from '../../text.js';
import { holdsSince, type SearchFinding } from './finding.js';
import type { ArchitectureHistory } from './rows.js';

/** The share of branches or edges above which a family of operations dominates. */
const DOMINATES = 0.5;
/** The relative entropy above which logits have hardly moved. */
const UNMOVED = 0.9995;
/** The relative entropy above which nothing is decided yet. */
const UNDECIDED = 0.9;
/** The relative entropy below which everything is decided. */
const DECIDED = 0.1;
/** The share of the epochs, at the end, in which a settled architecture does not change. */
const SETTLED = 0.2;

/** What α and β give at the end of one epoch. */
interface Moment {
  /** From 1. */
  readonly epoch: number;
  readonly cell: Genotype;
  readonly path: readonly number[];
  /** Relative entropies. */
  readonly alpha: number;
  readonly beta: number;
  /** Share of the edges on which zero is the most probable operation. */
  readonly zero: number;
  /** Branches of the cell by family. */
  readonly branches: Readonly<Record<'all' | 'skip' | 'pool' | 'convolution', number>>;
}

function momentsOf({ rows, shape }: ArchitectureHistory): readonly Moment[] {
  const trellis = trellisOf(shape);
  return rows.map(({ epoch, alpha, beta }) => {
    const cell = decodeCell(alpha, shape).genotype;
    const families = cell.blocks
      .flatMap(({ left, right }) => [left, right])
      .map(({ operation }) => operationNamed(operation).family);
    const countOf = (wanted: string) => families.filter((family) => family === wanted).length;
    const { relativeEntropy, strongest } = alphaStatistics(alpha, shape);
    return {
      epoch: epoch + 1,
      cell,
      path: viterbi(trellis, betaLogProbabilities(beta, trellis)).path,
      alpha: relativeEntropy,
      beta: betaStatistics(beta, trellis).relativeEntropy,
      zero: familyShares(strongest).none,
      branches: {
        all: families.length,
        skip: countOf('skip'),
        pool: countOf('pool'),
        convolution: countOf('convolution'),
      },
    };
  });
}

/** What the epochs in which α and β learn say of them; nothing if there are none. */
export function architectureSigns(history: ArchitectureHistory): SearchFinding[] {
  const moments = momentsOf(history);
  return moments.length === 0
    ? []
    : [
        decisionSign('alpha', moments),
        decisionSign('beta', moments),
        ...operationSigns(moments),
        ...settlingSigns(moments),
      ];
}

/** Skip connections, pooling or none that dominate to the end. */
function operationSigns(moments: readonly Moment[]): SearchFinding[] {
  const { branches, zero } = moments[moments.length - 1];
  const findings: SearchFinding[] = [];
  const warn = (dominates: (moment: Moment) => boolean, say: (epoch: number) => string) => {
    const since = holdsSince(moments, dominates);
    if (since !== undefined) {
      const sinceEpoch = moments[since].epoch;
      findings.push({ topic: 'operations', level: 'warning', text: say(sinceEpoch), sinceEpoch });
    }
  };
  for (const [family, dominate] of [
    ['skip', 'Skip connections have dominated'],
    ['pool', 'Pooling has dominated'],
  ] as const) {
    warn(
      (moment) => moment.branches[family] > DOMINATES * moment.branches.all,
      (epoch) =>
        `${dominate} since epoch ${epoch}: ${branches[family]} of the ${branches.all} branches of ` +
        'the cell at the end.',
    );
  }
  warn(
    (moment) => moment.zero > DOMINATES,
    (epoch) =>
      `"none" is the most probable operation on ${percent(zero, 0)} of the edges, on most of them ` +
      `since epoch ${epoch}; decoding leaves it out and chooses among less probable operations.`,
  );
  if (findings.length === 0) {
    const text =
      `No family of operations dominates: the cell has ${count(branches.convolution, 'convolution')}, ` +
      `${count(branches.pool, 'pooling operation')} and ${count(branches.skip, 'skip connection')} ` +
      'at the end.';
    findings.push({ topic: 'operations', level: 'good', text });
  }
  return findings;
}

/** Whether α or β moved, and how far it is decided. */
function decisionSign(topic: 'alpha' | 'beta', moments: readonly Moment[]): SearchFinding {
  const name = topic === 'alpha' ? 'α' : 'β';
  const last = moments[moments.length - 1][topic];
  const entropy =
    last > 0.99
      ? `entropy only ${short(100 * (1 - last), 2)} % below its largest value`
      : `entropy ${percent(last, 0)} of its largest value`;
  if (last > UNMOVED) {
    const text = `${name} has hardly moved (${entropy}): what it decodes to is little more than chance.`;
    return { topic, level: 'warning', text };
  }
  if (last > UNDECIDED) {
    const choices = topic === 'alpha' ? 'operations' : 'arrows';
    const text = `${name} has moved, but the ${choices} are still almost equally probable (${entropy}).`;
    return { topic, level: 'note', text };
  }
  const since = holdsSince(moments, (moment) => moment[topic] < DECIDED);
  if (since !== undefined && since < moments.length / 2) {
    const sinceEpoch = moments[since].epoch;
    const text = `${name} was already decided by epoch ${sinceEpoch}; what came after could not change it.`;
    return { topic, level: 'warning', text, sinceEpoch };
  }
  return { topic, level: 'good', text: `${name} has come to a preference (${entropy}).` };
}

/** Whether the decoded path and cell still change; nothing of what has hardly moved. */
function settlingSigns(moments: readonly Moment[]): SearchFinding[] {
  const { path, alpha, beta } = moments[moments.length - 1];
  if (moments.length < 2) {
    return [];
  }
  const strides = path.map(levelStride).join(' ');
  return [
    ...(beta > UNMOVED ? [] : [settlingSign('path', `The decoded path (${strides})`, moments)]),
    ...(alpha > UNMOVED ? [] : [settlingSign('cell', 'The decoded cell', moments)]),
  ];
}

function settlingSign(
  what: 'path' | 'cell',
  subject: string,
  moments: readonly Moment[],
): SearchFinding {
  const topic = 'architecture';
  const texts = moments.map((moment) => JSON.stringify(moment[what]));
  const since = holdsSince(texts, (text) => text === texts[texts.length - 1]) ?? 0;
  const { epoch: sinceEpoch } = moments[since];
  if (since === moments.length - 1) {
    const text = `${subject} still changed in the last epoch.`;
    return { topic, level: 'note', text, sinceEpoch };
  }
  const isSettled = since === 0 || moments.length - since > SETTLED * moments.length;
  const text =
    `${subject} has been the same since epoch ${sinceEpoch} of ${moments[moments.length - 1].epoch}` +
    (isSettled ? '.' : `: the ${what} settled late, more epochs may change it.`);
  return { topic, level: isSettled ? 'good' : 'note', text, sinceEpoch };
}
