/** How sure a decode is, in words. */
import { stateName } from '../search-space/edges.js';
import { operationNamed } from '../search-space/operations/registry.js';
import { levelStride } from '../search-space/trellis.js';
import { percent, short } from '../text.js';
import type { DecodeResult } from './decode.js';
import type { BranchConfidence } from './cell.js';
import type { PathStep } from './path.js';

/**
 * Says in plain text how sure a decode is: the lead of the best path, the decode under the other
 * end normalisation, the closest decisions of path and cell, and where zero was the most probable.
 */
export function describeDecode({ path, cell }: DecodeResult): string {
  const branches = cell.blocks.flatMap(({ left, right }, block) =>
    [left, right].map((branch) => ({ block, branch })),
  );
  const closest = branches.reduce((a, b) =>
    b.branch.operationMargin < a.branch.operationMargin ? b : a,
  );
  const zeros = branches.filter(({ branch }) => branch.isZeroStrongest);
  return [
    `Path: strides ${strides(path.path)}.`,
    path.margin === undefined
      ? 'It is the only path of positive probability.'
      : `It is ${times(path.margin.logProbability)}as probable as the second: ` +
        `strides ${strides(path.margin.path)}.`,
    closestStep(path.steps),
    path.other.isSame
      ? `With the end normalisation '${path.other.endNormalisation}' the path is the same.`
      : `With the end normalisation '${path.other.endNormalisation}' the path would be: ` +
        `strides ${strides(path.other.path)}.`,
    `Cell: the closest choice is in block ${closest.block + 1}: ${versus(closest.branch)}.`,
    zeros.length === 0
      ? 'No kept edge has "none" as its most probable operation.'
      : `On ${zeros.length} of ${branches.length} kept edges "none" is the most probable ` +
        'operation (the choice leaves it out unless zeroInArgmax is set).',
  ].join('\n');
}

function closestStep(steps: readonly PathStep[]): string {
  const contested = steps.flatMap(({ arrow, probability, alternative }) =>
    alternative === undefined ? [] : [{ arrow, probability, alternative }],
  );
  if (contested.length === 0) {
    return 'No layer leaves a choice.';
  }
  const gap = (step: (typeof contested)[number]) =>
    Math.abs(step.probability - step.alternative.probability);
  const { arrow, probability, alternative } = contested.reduce((a, b) => (gap(b) < gap(a) ? b : a));
  return (
    `The closest step is into layer ${arrow.layer}, from stride ${levelStride(arrow.from)}: ` +
    `to ${levelStride(arrow.to)} with ${percent(probability)}, ` +
    `to ${levelStride(alternative.to)} with ${percent(alternative.probability)}.`
  );
}

function versus({ input, operation, probability, runnerUp }: BranchConfidence): string {
  const first = `${operationNamed(operation).label} of ${stateName(input)} with ${percent(probability)}`;
  return runnerUp === undefined
    ? first
    : `${first}, ${operationNamed(runnerUp.operation).label} with ${percent(runnerUp.probability)}`;
}

function strides(path: readonly number[]): string {
  return path.map(levelStride).join(', ');
}

/** Such as `1.2 times `; nothing for a ratio that is 1 as far as is written. */
function times(logRatio: number): string {
  const ratio = short(Math.exp(logRatio));
  return ratio === '1' ? '' : `${ratio} times `;
}
