/** Random architectures that are about as large as one that was found. */
import type { Architecture } from '../architecture/architecture.js';
import { randomArchitecture } from '../architecture/random.js';
import { ConfigError } from '../errors.js';
import type { Random } from '../random.js';
import type { SearchSpaceShape } from '../search-space/shape.js';
import { percent } from '../text.js';

/** At most so many are drawn for the random networks of a search. */
const MOST_DRAWN = 2000;

type PathAndCell = Pick<Architecture, 'path' | 'genotype'>;

const keyOf = ({ path, genotype }: PathAndCell): string => JSON.stringify([path, genotype]);

/** A random architecture, with what is special about it. */
export interface MatchedArchitecture {
  readonly architecture: Architecture;
  readonly note?: string;
}

/** What random architectures are matched with. */
export interface MatchRequest {
  readonly found: PathAndCell;
  readonly shape: SearchSpaceShape;
  /** How many are wanted. */
  readonly count: number;
  /** How far their parameters may be from those of `found`, as a share. */
  readonly tolerance: number;
  readonly parametersOf: (architecture: PathAndCell) => number;
  readonly random: Random;
}

/**
 * Draws architectures of a search space with about as many parameters as one that was found: uniformly among
 * those within the tolerance, distinct, and different from it. The first n are the same whatever their `count`.
 *
 * Where 2000 draws do not give enough, the nearest of them stand in, and say so.
 *
 * @throws {@link ConfigError} if the search space has no more
 */
export function matchArchitectures(request: MatchRequest): MatchedArchitecture[] {
  const { found, shape, count, tolerance, random } = request;
  const wanted = request.parametersOf(found);
  const known = new Set([keyOf(found)]);
  const matched: MatchedArchitecture[] = [];
  const others: { readonly architecture: Architecture; readonly distance: number }[] = [];
  for (let i = 0; i < MOST_DRAWN && matched.length < count; i++) {
    const architecture = randomArchitecture(random.fork(`draw/${i}`), shape);
    const key = keyOf(architecture);
    if (known.has(key)) {
      continue;
    }
    known.add(key);
    const distance = Math.abs(request.parametersOf(architecture) / wanted - 1);
    if (distance <= tolerance) {
      matched.push({ architecture });
    } else {
      others.push({ architecture, distance });
    }
  }
  const nearest = others
    .sort((a, b) => a.distance - b.distance)
    .slice(0, count - matched.length)
    .map(({ architecture, distance }) => ({
      architecture,
      note:
        `none of ${MOST_DRAWN} random architectures was within ${percent(tolerance, 0)} of the parameters of ` +
        `the found one; this is the nearest, ${percent(distance)} away`,
    }));
  const all = [...matched, ...nearest];
  if (all.length < count) {
    throw new ConfigError(
      `study randomPerFound: expected at most the ${all.length} architectures that the search space has ` +
        `besides the found one, got ${count}`,
    );
  }
  return all;
}
