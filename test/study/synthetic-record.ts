/** A made-up record of a study, for the tests of its report and figures. */
import { decode } from '../../lib/decoder/decode.js';
import { publishedArchitecture } from '../../lib/architecture/published.js';
import { randomArchitecture } from '../../lib/architecture/random.js';
import type { Architecture } from '../../lib/architecture/architecture.js';
import { alphaStatistics, betaStatistics } from '../../lib/architecture/statistics.js';
import { Random } from '../../lib/random.js';
import { KNOWN_PATHS } from '../../lib/search-space/known-paths.js';
import { alphaLength, PAPER_SHAPE, trellisOf } from '../../lib/search-space/shape.js';
import {
  STUDY_FORMAT,
  DEFAULT_GROUPS,
  type StudyEpoch,
  type StudyGroup,
  type StudyNetwork,
  type StudyRecord,
  type StudyScore,
  type StudySearch,
} from '../../lib/study/record.js';

/** What the record is to look like. */
export interface SyntheticStudyOptions {
  readonly searches?: number;
  readonly randomPerFound?: number;
  readonly seeds?: number;
  /** How far the mean IoU of the networks of a group is above 40 %. */
  readonly gains?: Partial<Readonly<Record<StudyGroup, number>>>;
  /** Standard deviations of the mean IoU between networks and between seeds. */
  readonly betweenNetworks?: number;
  readonly betweenSeeds?: number;
  /** The classes; the mean IoU is spread around them. */
  readonly classes?: readonly string[];
  /** Size of the logits at the end of a search. */
  readonly logits?: number;
  /** Whether a score of a network follows its supernet's opinion. */
  readonly isRanked?: boolean;
  readonly seed?: number;
}

const CLASSES = ['sky', 'building', 'pole', 'road', 'pavement', 'tree', 'sign', 'fence', 'car'];
const EPOCHS = 24;
const START = 8;
const STEPS = 20;

const at = (epoch: number): number => Math.max(0, epoch + 1 - START) / (EPOCHS - START);

function curveOf(random: Random, end: { readonly alpha: number; readonly beta: number }) {
  return Array.from({ length: EPOCHS }, (_, epoch): StudyEpoch => {
    const way = at(epoch) ** 2;
    const loss = 0.5 + 1.6 * Math.exp(-epoch / 9) + 0.03 * random.normal();
    return {
      epoch,
      step: (epoch + 1) * STEPS,
      weightLoss: loss,
      architectureLoss: epoch < START ? null : loss * 1.08,
      validationMeanIou: 0.32 * (1 - Math.exp(-(epoch + 1) / 10)) + 0.01 * random.normal(),
      alphaEntropy: Math.log(8) * (1 - way) + end.alpha * way,
      betaEntropy: 1.02 * (1 - way) + end.beta * way,
    };
  });
}

function searchOf(n: number, random: Random, size: number): StudySearch {
  const logits = (length: number) => Array.from({ length }, () => size * random.normal());
  const trellis = trellisOf(PAPER_SHAPE);
  const [alpha, beta] = [logits(alphaLength(PAPER_SHAPE)), logits(trellis.arrows.length)];
  const { architecture } = decode({ ...PAPER_SHAPE, alpha, beta });
  const [ofAlpha, ofBeta] = [alphaStatistics(alpha, PAPER_SHAPE), betaStatistics(beta, trellis)];
  const { path, genotype } = architecture;
  return {
    id: `search-${n}`,
    seed: n,
    curve: curveOf(random.fork('curve'), { alpha: ofAlpha.entropy, beta: ofBeta.entropy }),
    decided: {
      path,
      pathProbabilities: path.map(() => 0.6),
      genotype,
      branchProbabilities: genotype.blocks.flatMap(() => [0.4, 0.5]),
    },
    architecture,
    alpha,
    beta,
    alphaSharpness: { relativeEntropy: ofAlpha.relativeEntropy, strongest: 0.42 },
    betaSharpness: { relativeEntropy: ofBeta.relativeEntropy, strongest: 0.61 },
    travel: { architectureSteps: (EPOCHS - START) * STEPS, largest: 3 * size, bound: 9.6 },
    supernet: {
      meanIou: 0.31 + 0.01 * random.normal(),
      decodedMeanIou: 0.12 + 0.02 * random.normal(),
      seconds: 65,
    },
    seconds: 5400 + 100 * n,
    peakMemory: 1.4 * 2 ** 30,
  };
}

/** The networks of a study, without what its supernets think of them. */
function networksOf(
  searches: readonly StudySearch[],
  randomPerFound: number,
  random: Random,
): StudyNetwork[] {
  const costs = { parameters: 2_400_000, multiplyAdds: 4.1e9 };
  const make = (id: string, group: StudyGroup, architecture: Architecture, search?: string) => ({
    id,
    group,
    architecture,
    search,
    parameters: costs.parameters + random.integer(100_000),
    multiplyAdds: costs.multiplyAdds,
  });
  const ofSearches = searches.flatMap(({ id: search, architecture }, i) => {
    const n = i + 1;
    const drawn = (k: number) => randomArchitecture(random.fork(`drawn/${n}/${k}`));
    const mixed = { ...drawn(0), path: architecture.path };
    const fixed = { ...architecture, path: KNOWN_PATHS.deepLabV3.path };
    return [
      make(`found-${n}`, 'found', architecture, search),
      ...Array.from({ length: randomPerFound }, (_, k) =>
        make(`random-${n}-${k + 1}`, 'random', drawn(k + 1), search),
      ),
      make(`found-path-random-cell-${n}`, 'found-path-random-cell', mixed, search),
      make(`fixed-path-found-cell-${n}`, 'fixed-path-found-cell', fixed, search),
    ];
  });
  return [...ofSearches, make('published', 'published', publishedArchitecture)];
}

/** A record of a study that is done, with effects as they are asked for. */
export function syntheticStudy(options: SyntheticStudyOptions = {}): StudyRecord {
  const { searches: n = 3, randomPerFound = 3, seeds = 2, gains = {}, seed = 1 } = options;
  const { betweenNetworks = 0.012, betweenSeeds = 0.006, classes = CLASSES } = options;
  const random = new Random(seed);
  const searches = Array.from({ length: n }, (_, i) =>
    searchOf(i + 1, random.fork(`search/${i}`), options.logits ?? 1.2),
  );
  const scores: StudyScore[] = [];
  const networks = networksOf(searches, randomPerFound, random.fork('networks')).map((network) => {
    const own = random.fork(network.id);
    const quality = (gains[network.group] ?? 0) + betweenNetworks * own.normal();
    for (let s = 1; s <= seeds; s++) {
      const meanIou = 0.4 + quality + betweenSeeds * own.normal();
      const spread = classes.map((_, k) => (k - (classes.length - 1) / 2) * 0.06);
      scores.push({
        id: `retrain-${network.id}-seed-${s}`,
        network: network.id,
        seed: s,
        split: 'test',
        meanIou,
        iou: spread.map((more) => meanIou + more),
        validationMeanIou: meanIou + 0.02,
        steps: 600,
        seconds: 900 + 10 * s,
        peakMemory: (1.1 - 0.1 * s) * 2 ** 30,
      });
    }
    const liked = options.isRanked ? quality : betweenNetworks * own.normal();
    return network.search === undefined
      ? network
      : {
          ...network,
          logProbability: -40 + 600 * liked + (network.group === 'found' ? 12 : 0),
          supernetMeanIou: 0.1 + 2 * liked,
        };
  });
  return {
    format: STUDY_FORMAT,
    madeBy: {
      command: 'npx autodeeplab study --data camvid --root CamVid --out runs/study',
      libraryVersions: ['0.1.0'],
      commits: ['0123456789abcdef', 'fedcba9876543210'],
      hardware: [{ processor: 'AMD EPYC', cores: 2, memory: 24 * 2 ** 30 }],
      backends: ['tensorflow'],
      dates: { begun: '2026-11-29T13:00:00.000Z', updated: '2026-11-30T01:00:00.000Z' },
    },
    dataset: {
      kind: 'camvid',
      name: 'CamVid',
      classes,
      trainImages: 184,
      validationImages: 51,
      testImages: 59,
      testSplit: 'test',
    },
    settings: {
      search: { layers: 12 },
      retrain: { steps: 600 },
      searchSeeds: searches.map((search) => search.seed),
      retrainSeeds: Array.from({ length: seeds }, (_, s) => s + 1),
      randomPerFound,
      parameterTolerance: 0.05,
      groups: DEFAULT_GROUPS,
    },
    searches,
    networks,
    scores,
    missing: [],
  };
}

/** What is left of a record when some parts are not done yet. */
export function withoutParts(record: StudyRecord, isMissing: (id: string) => boolean): StudyRecord {
  const searches = record.searches.filter(({ id }) => !isMissing(id));
  const known = new Set(searches.map(({ id }) => id));
  const networks = record.networks.filter(
    ({ search }) => search === undefined || known.has(search),
  );
  const isKnown = new Set(networks.map(({ id }) => id));
  const scores = record.scores.filter((one) => !isMissing(one.id) && isKnown.has(one.network));
  const all = [...record.searches, ...record.scores].map(({ id }) => id);
  const done = new Set([...searches, ...scores].map(({ id }) => id));
  return {
    ...record,
    searches,
    networks,
    scores,
    missing: all.filter((id) => !done.has(id)),
  };
}
