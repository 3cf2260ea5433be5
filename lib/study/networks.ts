/** The networks that go with a search: the one that it found, and those that it is compared with. */
import type { Architecture } from '../architecture/architecture.js';
import { randomArchitecture } from '../architecture/random.js';
import { decodePath } from '../decoder/path.js';
import { Random } from '../random.js';
import { networkSize, type NetworkSizeConfig } from '../retrain/network.js';
import type { RetrainConfig } from '../retrain/options.js';
import type { SearchConfig } from '../search/options.js';
import { deepLabV3Path } from '../search-space/known-paths.js';
import { completeShape, trellisOf } from '../search-space/shape.js';
import { networkCost } from '../segmentation/cost/cost.js';
import { toSize } from '../size.js';
import { matchArchitectures, type MatchedArchitecture } from './match.js';
import type { SearchOutcome } from './part-result.js';
import { studyPlan, type PlannedNetwork } from './plan.js';
import type { StudyNetwork, StudySearch } from './record.js';
import type { StudyConfigs, StudySettings } from './settings.js';

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

/** What a search came to. */
type Finding = Pick<StudySearch, 'architecture' | 'beta'>;

/** The path that β decodes to under the other end normalisation. */
function otherPath({ architecture, beta }: Finding, search: SearchConfig): MatchedArchitecture {
  const { endNormalisation } = search;
  const { other } = decodePath(beta, trellisOf(completeShape(search)), { endNormalisation, k: 1 });
  return {
    architecture: {
      ...architecture,
      path: other.path,
      provenance: {
        source: `the cell of a search, its path decoded with the end normalisation ${other.endNormalisation}`,
        seed: search.seed,
      },
    },
    ...(other.isSame && { note: 'both end normalisations decode the same path' }),
  };
}

/**
 * The networks that go with a search, in the order of the plan. Each follows from the seed of the search and
 * what it found alone, and stays the same when others are added.
 *
 * @param planned - those of this search
 * @param finding - what it found
 */
export function networksOfSearch(
  planned: readonly PlannedNetwork[],
  finding: Finding,
  { search, retrain }: StudyConfigs,
  { classes, tolerance }: { readonly classes: number; readonly tolerance: number },
): StudyNetwork[] {
  const { architecture: found } = finding;
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
      case 'other-end-normalisation':
        return otherPath(finding, search);
      default:
        return { architecture: found };
    }
  };
  return planned.map((network) => {
    const one = architectureOf(network);
    return { ...network, ...one, ...costOfNetwork(one.architecture, retrain, classes) };
  });
}

/**
 * The networks that go with a search that is done, in the order of the plan: those of its result, and those
 * that were added to the study after it.
 */
export function networksOf(
  { search, networks }: SearchOutcome,
  settings: StudySettings,
  configs: StudyConfigs,
): readonly StudyNetwork[] {
  const planned = studyPlan(settings).networks.filter((network) => network.search === search.id);
  const stored = new Map(networks.map((network) => [network.id, network]));
  if (planned.every(({ id }) => stored.has(id))) {
    return planned.map(({ id }) => stored.get(id)!);
  }
  const own = { ...configs, search: { ...configs.search, seed: search.seed } };
  const now = networksOfSearch(planned, search, own, {
    classes: settings.dataset.classes.length,
    tolerance: settings.parameterTolerance,
  });
  return now.map((network) => stored.get(network.id) ?? network);
}
