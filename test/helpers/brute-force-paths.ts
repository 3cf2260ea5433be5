/** Every path of a trellis, by plain enumeration and without the library: a reference for tests. */

/** A path with the sum of its arrows' log probabilities, added from the first layer on. */
export interface WeighedPath {
  readonly path: number[];
  readonly logProbability: number;
}

/** All sequences of levels that start within a step of level 0 and move by at most one level. */
export function allPaths(layers: number, levels = 4): number[][] {
  let paths: number[][] = [[]];
  for (let layer = 1; layer <= layers; layer++) {
    paths = paths.flatMap((path) => {
      const from = path.length === 0 ? 0 : path[path.length - 1];
      return [from - 1, from, from + 1]
        .filter((to) => to >= 0 && to < levels)
        .map((to) => [...path, to]);
    });
  }
  return paths;
}

/** The number of each arrow `layer/from/to`, counted in that order over the arrows in use. */
export function arrowNumbers(layers: number, levels = 4): Map<string, number> {
  const numbers = new Map<string, number>();
  for (let layer = 1; layer <= layers; layer++) {
    for (let from = 0; from < levels && from < layer; from++) {
      for (let to = 0; to < levels; to++) {
        if (Math.abs(from - to) <= 1) {
          numbers.set(`${layer}/${from}/${to}`, numbers.size);
        }
      }
    }
  }
  return numbers;
}

/** All paths with their log probabilities. */
export function weighAllPaths(
  logProbabilities: ArrayLike<number>,
  layers: number,
  levels = 4,
): WeighedPath[] {
  const numbers = arrowNumbers(layers, levels);
  return allPaths(layers, levels).map((path) => {
    let logProbability = 0;
    path.forEach((to, i) => {
      const number = numbers.get(`${i + 1}/${i === 0 ? 0 : path[i - 1]}/${to}`);
      logProbability += logProbabilities[number ?? NaN];
    });
    return { path, logProbability };
  });
}

/** Best first; equal ones by path, lower levels first. */
export function compareWeighedPaths(a: WeighedPath, b: WeighedPath): number {
  const difference = b.logProbability - a.logProbability;
  if (difference !== 0 && !Number.isNaN(difference)) {
    return difference;
  }
  const at = a.path.findIndex((level, i) => level !== b.path[i]);
  return at < 0 ? 0 : a.path[at] - b.path[at];
}
