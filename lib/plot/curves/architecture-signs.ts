/** What α and β say about a search. */
import { decodeCell } from '../../decoder/cell.js';
import { normalizeBeta } from '../../architecture/normalize-beta.js';
import { viterbi } from '../../decoder/viterbi.js';
import { alphaStatistics, operationShares } from '../../architecture/statistics.js';
import { PRIMITIVES } from '../../search-space/primitives.js';
import { levelStride } from '../../search-space/trellis.js';
import { percent, short } from '../text.js';
import { holdsSince, type SearchFinding } from './finding.js';
import {
  blocksOf,
  edgeEntropies,
  mean,
  nodeEntropies,
  trellisOf,
  type ArchitectureRow,
} from './rows.js';

/** The share of branches or edges above which a kind of operation dominates. */
const DOMINATES = 0.5;
/** The relative entropy above which logits have hardly moved. */
const UNMOVED = 0.9995;
/** The relative entropy above which nothing is decided yet. */
const UNDECIDED = 0.9;
/** The relative entropy below which everything is decided. */
const DECIDED = 0.1;
/** The share of the epochs, at the end, in which a settled architecture does not change. */
const SETTLED = 0.2;

/** The operations of the cell that α decodes to. */
function decodedOperations(alpha: Float32Array): readonly string[] {
  return decodeCell(alpha, blocksOf(alpha)).genotype.blocks.flatMap(({ left, right }) => [
    left.operation,
    right.operation,
  ]);
}

/** Skip connections, poolings or none that dominate to the end. */
export function operationSigns(rows: readonly ArchitectureRow[]): SearchFinding[] {
  const shares = rows.map(({ alpha }) => {
    const operations = decodedOperations(alpha);
    const count = (isKind: (name: string) => boolean) => operations.filter(isKind).length;
    const { strongest } = alphaStatistics(alpha, PRIMITIVES);
    return {
      branches: operations.length,
      skip: count((name) => name.startsWith('skip')),
      pool: count((name) => name.includes('pool')),
      none: operationShares(strongest).none,
    };
  });
  const last = shares[shares.length - 1];
  const findings: SearchFinding[] = [];
  for (const [kind, name] of [
    ['skip', 'Skip connections'],
    ['pool', 'Poolings'],
  ] as const) {
    const since = holdsSince(shares, (share) => share[kind] > DOMINATES * share.branches);
    if (since !== undefined) {
      const sinceEpoch = rows[since].epoch + 1;
      findings.push({
        topic: 'operations',
        level: 'warning',
        text:
          `${name} dominate since epoch ${sinceEpoch}: ${last[kind]} of the ${last.branches} ` +
          'branches of the cell at the end.',
        sinceEpoch,
      });
    }
  }
  const since = holdsSince(shares, ({ none }) => none > DOMINATES);
  if (since !== undefined) {
    const sinceEpoch = rows[since].epoch + 1;
    findings.push({
      topic: 'operations',
      level: 'warning',
      text:
        `"none" has the largest weight on ${percent(last.none, 0)} of the edges, on most since epoch ` +
        `${sinceEpoch}; decoding leaves it out and chooses among weaker operations.`,
      sinceEpoch,
    });
  }
  if (findings.length === 0) {
    const convolutions = last.branches - last.skip - last.pool;
    findings.push({
      topic: 'operations',
      level: 'good',
      text:
        `No kind of operation dominates: ${convolutions} convolutions, ${last.pool} poolings and ` +
        `${last.skip} skip connections in the cell at the end.`,
    });
  }
  return findings;
}

/** Whether α or β moved, and how far it is decided. */
function decisionSign(
  topic: 'alpha' | 'beta',
  rows: readonly ArchitectureRow[],
  entropies: readonly number[],
): SearchFinding {
  const name = topic === 'alpha' ? 'α' : 'β';
  const last = entropies[entropies.length - 1];
  const choices = topic === 'alpha' ? 'operations' : 'arrows';
  const entropy =
    last > 0.99
      ? `entropy only ${short(100 * (1 - last), 2)} % below its largest value`
      : `entropy ${percent(last, 0)} of its largest value`;
  if (last > UNMOVED) {
    const text = `${name} has hardly moved (${entropy}): what it decodes to is little more than chance.`;
    return { topic, level: 'warning', text };
  }
  if (last > UNDECIDED) {
    const text = `${name} has moved, but the ${choices} still have nearly equal weights (${entropy}).`;
    return { topic, level: 'note', text };
  }
  const since = holdsSince(entropies, (value) => value < DECIDED);
  if (since !== undefined && since < rows.length / 2) {
    const sinceEpoch = rows[since].epoch + 1;
    const text = `${name} was decided by epoch ${sinceEpoch} already; what came after could not change it.`;
    return { topic, level: 'warning', text, sinceEpoch };
  }
  return { topic, level: 'good', text: `${name} has come to a preference (${entropy}).` };
}

/** The findings on how far α and β are decided. */
export function decisionSigns(rows: readonly ArchitectureRow[]): SearchFinding[] {
  const trellis = trellisOf(rows[0].beta);
  return [
    decisionSign(
      'alpha',
      rows,
      rows.map(({ alpha }) => mean(edgeEntropies(alpha))),
    ),
    decisionSign(
      'beta',
      rows,
      rows.map(({ beta }) => mean(nodeEntropies(beta, trellis))),
    ),
  ];
}

/** Whether the decoded path and cell still change; nothing of what has hardly moved. */
export function settlingSigns(rows: readonly ArchitectureRow[]): SearchFinding[] {
  if (rows.length < 2) {
    return [];
  }
  const { alpha: lastAlpha, beta: lastBeta } = rows[rows.length - 1];
  const trellis = trellisOf(lastBeta);
  const findings: SearchFinding[] = [];
  if (mean(nodeEntropies(lastBeta, trellis)) <= UNMOVED) {
    const paths = rows.map(({ beta }) => viterbi(trellis, normalizeBeta(beta, trellis)).path);
    const strides = paths[paths.length - 1].map(levelStride).join(' ');
    findings.push(settlingSign('path', `The decoded path (${strides})`, paths, rows));
  }
  if (mean(edgeEntropies(lastAlpha)) <= UNMOVED) {
    const cells = rows.map(({ alpha }) => decodeCell(alpha, blocksOf(alpha)).genotype);
    findings.push(settlingSign('cell', 'The decoded cell', cells, rows));
  }
  return findings;
}

function settlingSign(
  what: string,
  subject: string,
  decoded: readonly unknown[],
  rows: readonly ArchitectureRow[],
): SearchFinding {
  const texts = decoded.map((item) => JSON.stringify(item));
  const since = holdsSince(texts, (text) => text === texts[texts.length - 1]) ?? 0;
  const sinceEpoch = rows[since].epoch + 1;
  const lastEpoch = rows[rows.length - 1].epoch + 1;
  const isSettled = since > 0 ? rows.length - since > SETTLED * rows.length : true;
  if (since === rows.length - 1) {
    const text = `${subject} still changed in the last epoch.`;
    return { topic: 'architecture', level: 'note', text, sinceEpoch };
  }
  const text =
    `${subject} has been the same since epoch ${sinceEpoch} of ${lastEpoch}` +
    (isSettled ? '.' : `: the ${what} settled late, more epochs may change it.`);
  return { topic: 'architecture', level: isSettled ? 'good' : 'note', text, sinceEpoch };
}
