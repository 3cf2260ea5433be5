/** The networks that go with a search: the one that it found, and those that it is compared with. */
import type { Architecture } from '../architecture/architecture.js';
import { randomArchitecture } from '../architecture/random.js';
import { ConfigError } from '../errors.js';
import { Random } from '../random.js';
import { networkSize, type NetworkSizeConfig } from '../retrain/network.js';
import type { RetrainConfig } from '../retrain/options.js';
import { deepLabV3Path } from '../search-space/known-paths.js';
import { completeShape, type SearchSpaceShape } from '../search-space/shape.js';
import { networkCost } from '../segmentation/cost/cost.js';
import { toSize } from '../size.js';
import { percent } from '../text.js';
import type { StudyConfigs } from './settings.js';
import type { PlannedNetwork } from './plan.js';
import type { StudyNetwork } from './record.js';

/** At most so many are drawn for the random networks of a search. */
const MOST_DRAWN = 2000;

/** Parameters do not depend on the size of the image; this one is quick. */
const SMALL = { height: 65, width: 65 };

/** What decides about the size of the retrained networks. */
type NetworkConfig = NetworkSizeConfig & Pick<RetrainConfig, 'crop'>;

type PathAndCell = Pick<Architecture, 'path' | 'genotype'>;

/** Parameters, batch norms included, and multiply-adds for one training crop. */
export function costOfNetwork(
  architecture: PathAndCell,
  config: NetworkConfig,
  classes: number,
): Pick<StudyNetwork, 'parameters' | 'multiplyAdds'> {
  const size = networkSize(architecture, config, classes);
  const { parameters, multiplyAdds } = networkCost({ ...size, ...toSize(config.crop) });
  return { parameters, multiplyAdds };
}

function parametersOf(architecture: PathAndCell, config: NetworkConfig, classes: number): number {
  return networkCost({ ...networkSize(architecture, config, classes), ...SMALL }).parameters;
}

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
 * those within the tolerance, distinct, and different from it.
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

/**
 * The networks that go with a search, in the order of the plan. Each follows from the seed of the search and
 * what it found alone.
 *
 * @param planned - those of this search
 * @param found - what it found
 */
export function networksOfSearch(
  planned: readonly PlannedNetwork[],
  found: Architecture,
  { search, retrain }: StudyConfigs,
  { classes, tolerance }: { readonly classes: number; readonly tolerance: number },
): StudyNetwork[] {
  const shape = completeShape(search);
  const random = new Random(search.seed).fork('study');
  const matched = matchArchitectures({
    found,
    shape,
    count: planned.filter(({ group }) => group === 'random').length,
    tolerance,
    parametersOf: (architecture) => parametersOf(architecture, retrain, classes),
    random: random.fork('random'),
  });
  const { operations } = shape;
  const own = (source: string, change: Partial<PathAndCell>): Architecture => ({
    version: 1,
    path: change.path ?? found.path,
    genotype: change.genotype ?? found.genotype,
    operations,
    provenance: { source, seed: search.seed },
  });
  const ofRandom = new Map(
    planned.filter(({ group }) => group === 'random').map(({ id }, i) => [id, matched[i]]),
  );
  const architectureOf = ({ id, group }: PlannedNetwork): MatchedArchitecture => {
    switch (group) {
      case 'random':
        return ofRandom.get(id)!;
      case 'found-path-random-cell': {
        const { genotype } = randomArchitecture(random.fork('cell'), shape);
        return { architecture: own('the path of a search, a cell drawn at random', { genotype }) };
      }
      case 'fixed-path-found-cell': {
        const path = deepLabV3Path(shape.layers);
        return { architecture: own('the path of DeepLabv3, the cell of a search', { path }) };
      }
      default:
        return { architecture: found };
    }
  };
  return planned.map((network) => {
    const one = architectureOf(network);
    return { ...network, ...one, ...costOfNetwork(one.architecture, retrain, classes) };
  });
}
