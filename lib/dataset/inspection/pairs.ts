/** Which splits of a dataset must not share images. */
import { allPairs } from './compare-parts.js';
import type { DataPart } from './summary.js';

/**
 * The pairs of splits that must not share images, the one that is trained on first: those of which one
 * scores networks at least, but not a split and one that is made of it (`trainval` and `val`), nor
 * splits of different folds (`train-1` and `val-2`). A union such as `train+train_extra` is compared by
 * its parts.
 */
export function comparedPairs<Part extends DataPart>(
  parts: readonly Part[],
): (readonly [Part, Part])[] {
  const isUnion = ({ name }: Part) =>
    name.includes('+') && name.split('+').every((part) => parts.some((one) => one.name === part));
  return allPairs(parts.filter((part) => !isUnion(part)))
    .map(([a, b]): readonly [Part, Part] =>
      a.role === 'validation' && b.role === 'training' ? [b, a] : [a, b],
    )
    .filter(
      ([a, b]) =>
        b.role === 'validation' && !isMadeOf(a.name, b.name) && !areOtherFolds(a.name, b.name),
    );
}

function isMadeOf(whole: string, part: string): boolean {
  return whole.split('+').includes(part) || (/^train_?val/i.test(whole) && /^val/i.test(part));
}

function areOtherFolds(a: string, b: string): boolean {
  const [first, second] = [a, b].map((name) => /-(\d+)$/.exec(name)?.[1]);
  return first !== undefined && second !== undefined && first !== second;
}
