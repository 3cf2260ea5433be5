/** What benchmarks score besides the confusion matrix: contours, categories, things one by one. */
import type { Benchmark, BenchmarkInstances } from '../dataset/benchmark.js';
import type { Dataset, Sample } from '../dataset/dataset.js';
import { FileIndex } from '../dataset/reading/file-index.js';
import { readInstanceFile } from '../dataset/reading/instance-file.js';
import { DataError } from '../errors.js';
import { BOUNDARY_WIDTH, BoundaryIou } from '../metrics/boundary-iou.js';
import type { ConfusionMatrix } from '../metrics/confusion-matrix.js';
import { InstanceIou } from '../metrics/instance-iou.js';
import { meanOfDefined, scores } from '../metrics/scores.js';
import { count } from '../text.js';
import type { ScoredImage } from '../training/validation/score-images.js';

/** The score of a class or category, from 0 to 1; null where there is nothing to divide by. */
export interface NamedScore {
  readonly name: string;
  readonly iou: number | null;
}

/** Scores of classes or categories, with the mean over those that are not null. */
export interface MeanScore {
  readonly scores: readonly NamedScore[];
  /** Null if every score is. */
  readonly mean: number | null;
}

/** What the benchmark of a dataset scores besides its classes. */
export interface BenchmarkScores {
  /** IoU of the bands along contours; undefined if it was not asked for. */
  readonly boundaryIou: (MeanScore & { readonly width: number }) | undefined;
  /** IoU of groups of classes; undefined where the benchmark has none. */
  readonly categoryIou: MeanScore | undefined;
  /** IoU in which every thing counts alike; undefined where the benchmark has none, or by `instanceNote`. */
  readonly instanceIou: MeanScore | undefined;
  readonly categoryInstanceIou: MeanScore | undefined;
  /** Why instances are not scored although the benchmark does. */
  readonly instanceNote: string | undefined;
  /** The score by which the benchmark ranks; undefined if that is the mean IoU. */
  readonly finalScore: { readonly name: string; readonly value: number } | undefined;
}

/** The maps of things by the position of their image, or why there are none. */
type InstanceFiles = readonly string[] | string;

/**
 * Finds the maps of things.
 *
 * @param isFileSize - whether images are scored at the size of their files, which sizes of things are
 *   counted in
 */
async function findInstanceFiles(
  { fileOf }: BenchmarkInstances,
  samples: readonly Sample[],
  isFileSize: boolean,
): Promise<InstanceFiles> {
  if (!isFileSize) {
    return (
      'it counts pixels of the files, and images were scored at the size that they are read at ' +
      '(score size "original" scores the files)'
    );
  }
  const index = new FileIndex();
  const wanted = samples.map(({ labelFile = '' }) => fileOf(labelFile));
  const found = await Promise.all(wanted.map((file) => index.find(file)));
  const missing = wanted.filter((_, i) => found[i] === undefined);
  return missing.length === 0
    ? found.map((file) => file ?? '')
    : `${count(missing.length, 'map')} of instances for ${count(samples.length, 'image')} missing, ` +
        `such as ${missing[0]}`;
}

function named(names: readonly { readonly name: string }[], values: readonly number[]): MeanScore {
  const known = (value: number) => (Number.isNaN(value) ? null : value);
  return {
    scores: names.map(({ name }, k) => ({ name, iou: known(values[k]) })),
    mean: known(meanOfDefined(values)),
  };
}

/** Adds up what a confusion matrix does not hold. */
export class BenchmarkTally {
  private readonly boundary: BoundaryIou | undefined;
  private readonly instances: InstanceIou | undefined;
  private readonly benchmark: Benchmark;

  private constructor(
    private readonly dataset: Dataset,
    private readonly files: InstanceFiles | undefined,
    withBoundaryIou: boolean,
  ) {
    this.benchmark = dataset.benchmark ?? {};
    this.boundary = withBoundaryIou ? new BoundaryIou(dataset.classes.length) : undefined;
    const isThere = typeof files === 'object';
    this.instances = isThere ? new InstanceIou(this.benchmark.instances?.classes ?? []) : undefined;
  }

  /**
   * @param isFileSize - whether images are scored at the size of their files
   */
  static async start(
    dataset: Dataset,
    samples: readonly Sample[],
    { isFileSize, withBoundaryIou }: { isFileSize: boolean; withBoundaryIou: boolean },
  ): Promise<BenchmarkTally> {
    const instances = dataset.benchmark?.instances;
    const files = instances && (await findInstanceFiles(instances, samples, isFileSize));
    return new BenchmarkTally(dataset, files, withBoundaryIou);
  }

  /**
   * Adds one image.
   *
   * @throws {@link DataError} if its map of things cannot be read or has another size
   */
  async add({ prediction, labels, size, index }: ScoredImage): Promise<void> {
    this.boundary?.add(prediction, labels, size);
    if (this.instances === undefined || typeof this.files !== 'object') {
      return;
    }
    const file = this.files[index];
    const map = await readInstanceFile(file);
    if (map.height !== size.height || map.width !== size.width) {
      throw new DataError(
        `map of instances ${file}: expected ${size.width}x${size.height} as its label map, got ` +
          `${map.width}x${map.height}; restore it from the download`,
        file,
      );
    }
    this.instances.add(prediction, map.data);
  }

  /** The scores, given the confusion matrix of the same images. */
  scores(matrix: ConfusionMatrix): BenchmarkScores {
    const { boundary, instances, files } = this;
    const { categories, instances: things, finalScore } = this.benchmark;
    const { classes } = this.dataset;
    const withThings = classes.filter((_, k) =>
      things?.classes.some(({ trainId }) => trainId === k),
    );
    const scoredCategories = (categories ?? []).filter((category) =>
      things?.classes.some((entry) => entry.category?.join() === category.classes.join()),
    );
    return {
      boundaryIou: boundary && { width: BOUNDARY_WIDTH, ...named(classes, boundary.iou()) },
      categoryIou:
        categories &&
        named(
          categories,
          scores(
            matrix.grouped(
              classes.map((_, k) => categories.findIndex((entry) => entry.classes.includes(k))),
            ),
          ).iou,
        ),
      instanceIou:
        instances &&
        named(
          withThings,
          withThings.map(({ trainId }) => instances.classIou(matrix, trainId)),
        ),
      categoryInstanceIou:
        instances &&
        named(
          scoredCategories,
          scoredCategories.map((entry) => instances.categoryIou(matrix, entry.classes)),
        ),
      instanceNote: typeof files === 'string' ? files : undefined,
      finalScore: finalScore && { name: finalScore.name, value: finalScore.of(matrix) },
    };
  }
}
