/** What the parts of a study that are not done are expected to take on this machine. */
import type { Architecture } from '../architecture/architecture.js';
import { publishedArchitecture } from '../architecture/published.js';
import { randomArchitecture } from '../architecture/random.js';
import { Random } from '../random.js';
import { retrain } from '../retrain/retrain.js';
import { search } from '../search/search.js';
import { completeShape } from '../search-space/shape.js';
import type { ExpectedCost } from '../training/expected/expected.js';
import { isDone } from './folder.js';
import { networksOf } from './networks.js';
import { readResult } from './part-result.js';
import { runOf, type PartContext } from './parts/context.js';
import type { OpinionPart, RetrainPart, SearchPart, StudyPart } from './plan.js';
import type { PreparedStudy } from './run-study.js';

/** A part that is not done, and what it is expected to take from where it stands. */
export interface ExpectedPart {
  readonly id: string;
  readonly kind: StudyPart['kind'];
  readonly seconds: number;
  /** Bytes. */
  readonly memory: number;
}

type Cost = Pick<ExpectedPart, 'seconds' | 'memory'>;

/** The architecture of a retraining, or one that its search could find. */
async function likelyArchitecture(
  { folder, settings, configs }: PartContext,
  { network }: RetrainPart,
): Promise<Architecture> {
  if (network.search === undefined) {
    return publishedArchitecture;
  }
  const outcome = (await readResult(folder, settings, network.search))?.outcome;
  const known = outcome?.kind === 'search' ? networksOf(outcome, settings, configs) : [];
  return (
    known.find(({ id }) => id === network.id)?.architecture ??
    randomArchitecture(new Random(0).fork('likely'), completeShape(configs.search))
  );
}

/** Finds out what parts take; what is the same of several is found out once. */
class Estimates {
  private readonly known = new Map<string, ExpectedCost>();

  constructor(
    private readonly context: PartContext,
    private readonly parts: readonly StudyPart[],
  ) {}

  of(part: StudyPart): Promise<Cost> {
    switch (part.kind) {
      case 'search':
        return this.ofSearch(part);
      case 'opinion':
        return this.ofOpinion(part);
      case 'retrain':
        return this.ofRetraining(part);
    }
  }

  private ofSearch({ id, seed }: SearchPart): Promise<ExpectedCost> {
    const { configs, settings } = this.context;
    const request = { ...runOf(this.context, id), estimate: 'only' } as const;
    const config = { ...configs.search, seed };
    return this.once(request.resume ? id : 'search', () =>
      search({ ...request, preset: settings.presets.search, config }),
    );
  }

  /** The images of a validation, once for each way in which the supernet is asked. */
  private async ofOpinion({ search: id }: OpinionPart): Promise<Cost> {
    const { settings, configs } = this.context;
    const part = this.parts.find((one) => one.id === id) as SearchPart;
    const { validation, memory } = await this.ofSearch(part);
    const networks = this.parts.filter(
      (one) => one.kind === 'retrain' && one.network.search === id,
    ).length;
    const ways = 2 + networks / settings.retrainSeeds.length;
    const images = configs.search.validationImages ?? settings.dataset.validationImages;
    return { seconds: ways * images * validation.secondsPerImage, memory };
  }

  private async ofRetraining(part: RetrainPart): Promise<Cost> {
    const { configs, settings } = this.context;
    const request = { ...runOf(this.context, part.id), estimate: 'only' } as const;
    const architecture = await likelyArchitecture(this.context, part);
    const { path, genotype } = architecture;
    const config = { ...configs.retrain, seed: part.seed };
    const key = request.resume ? part.id : JSON.stringify([path, genotype]);
    const { seconds, memory, validation } = await this.once(key, () =>
      retrain({ ...request, architecture, preset: settings.presets.retrain, config }),
    );
    return { seconds: seconds + settings.dataset.testImages * validation.secondsPerImage, memory };
  }

  private async once(
    key: string,
    find: () => Promise<{ readonly expected?: ExpectedCost | undefined }>,
  ): Promise<ExpectedCost> {
    const known = this.known.get(key) ?? (await find()).expected!;
    this.known.set(key, known);
    return known;
  }
}

/**
 * What the parts of a study that are meant and not done are expected to take; nothing is written. A network
 * that no search has found yet counts as one drawn at random.
 *
 * @throws {@link ConfigError} or {@link DataError} as the runs do
 */
export async function expectStudy({
  context,
  plan,
  parts,
}: PreparedStudy): Promise<readonly ExpectedPart[]> {
  const estimates = new Estimates(context, plan.parts);
  const expected: ExpectedPart[] = [];
  for (const part of parts.filter(({ id }) => !isDone(context.folder, id))) {
    context.signal?.throwIfAborted();
    const { seconds, memory } = await estimates.of(part);
    expected.push({ id: part.id, kind: part.kind, seconds, memory });
  }
  return expected;
}
