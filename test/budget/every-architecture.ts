/** All architectures of a small search space, by plain nested loops. */
import type { Architecture } from '../../lib/architecture/architecture.js';
import type { GenotypeBlock } from '../../lib/architecture/genotype.js';
import type { SearchSpaceShape } from '../../lib/search-space/shape.js';

type Plain = Pick<Architecture, 'path' | 'genotype'>;

/** Every path: neighbouring levels differ by at most 1, from the stem's 0 on. */
function everyPath(layers: number, levels: number): number[][] {
  let paths: number[][] = [[]];
  for (let layer = 0; layer < layers; layer++) {
    paths = paths.flatMap((path) => {
      const last = path.at(-1) ?? 0;
      return [last - 1, last, last + 1]
        .filter((level) => level >= 0 && level < levels)
        .map((level) => [...path, level]);
    });
  }
  return paths;
}

/** Every cell of blocks with two different inputs and operations other than zero. */
function everyCell(blocks: number, operations: readonly string[]): GenotypeBlock[][] {
  const names = operations.filter((name) => name !== 'none');
  let cells: GenotypeBlock[][] = [[]];
  for (let block = 0; block < blocks; block++) {
    const ofBlock: GenotypeBlock[] = [];
    for (let left = 0; left < block + 2; left++) {
      for (let right = left + 1; right < block + 2; right++) {
        for (const a of names) {
          for (const b of names) {
            ofBlock.push({
              left: { input: left, operation: a },
              right: { input: right, operation: b },
            });
          }
        }
      }
    }
    cells = cells.flatMap((cell) => ofBlock.map((next) => [...cell, next]));
  }
  return cells;
}

/** All architectures of a search space that decoding can give. */
export function everyArchitecture(shape: SearchSpaceShape): Plain[] {
  const cells = everyCell(shape.blocks, shape.operations);
  return everyPath(shape.layers, shape.levels).flatMap((path) =>
    cells.map((blocks) => ({ path, genotype: { blocks } })),
  );
}
