import { ShapeError } from '../errors.js';
import type { ConfusionMatrix, LabelValues } from './confusion-matrix.js';

/** A class whose things are told apart. */
export interface InstanceClass {
  /** Its index among the classes that are predicted. */
  readonly trainId: number;
  /** Its value in the maps of instances: thing n has the value `id · 1000 + n`. */
  readonly id: number;
  /** The mean size of its things, in pixels. */
  readonly averageSize: number;
  /** All classes of its category, by train id, if the score of the category counts it. */
  readonly category: readonly number[] | undefined;
}

/** Pixels of things, each weighted by average size / size of its thing. */
interface WeightedPixels {
  hit: number;
  all: number;
}

const INSTANCES = 1000;

/**
 * Instance-weighted IoU: every thing counts alike, whatever its size.
 *
 *     iIoU_k = iTP / (iTP + FP + iFN)
 *
 * Each pixel of a thing of class k counts as average size of k / size of the thing in iTP (predicted
 * as k) and iFN (not so); FP are plain pixels predicted as k whose label is another class. A category
 * is hit by any class of it.
 *
 * Source: Cordts et al., "The Cityscapes Dataset for Semantic Urban Scene Understanding" (2016), §4.1.
 */
export class InstanceIou {
  private readonly classes: ReadonlyMap<number, InstanceClass>;
  private readonly byClass = new Map<number, WeightedPixels>();
  private readonly byCategory = new Map<string, WeightedPixels>();

  constructor(classes: readonly InstanceClass[]) {
    this.classes = new Map(classes.map((entry) => [entry.id, entry]));
    for (const { trainId, category } of classes) {
      this.byClass.set(trainId, { hit: 0, all: 0 });
      if (category) {
        this.byCategory.set(category.join(), { hit: 0, all: 0 });
      }
    }
  }

  /**
   * Adds one image.
   *
   * @param prediction - train ids, `[height, width]`
   * @param instances - `id · 1000 + n` on thing n, less than 1000 elsewhere, `[height, width]`
   * @throws {@link ShapeError} if the two differ in length
   */
  add(prediction: LabelValues, instances: Uint16Array): void {
    if (prediction.length !== instances.length) {
      throw new ShapeError(
        `InstanceIou: expected a prediction for each of ${instances.length} pixels, ` +
          `got ${prediction.length}`,
      );
    }
    const things = new Map<number, { size: number; hits: number; categoryHits: number }>();
    for (let i = 0; i < instances.length; i++) {
      const value = instances[i];
      const entry = this.classes.get(Math.floor(value / INSTANCES));
      if (value <= INSTANCES || entry === undefined) {
        continue;
      }
      const thing = things.get(value) ?? { size: 0, hits: 0, categoryHits: 0 };
      things.set(value, thing);
      thing.size++;
      thing.hits += Number(prediction[i] === entry.trainId);
      thing.categoryHits += Number(entry.category?.includes(prediction[i]) === true);
    }
    for (const [value, { size, hits, categoryHits }] of things) {
      const entry = this.classes.get(Math.floor(value / INSTANCES));
      const weight = (entry?.averageSize ?? 0) / size;
      addTo(this.byClass.get(entry?.trainId ?? -1), hits * weight, size * weight);
      addTo(
        this.byCategory.get(entry?.category?.join() ?? ''),
        categoryHits * weight,
        size * weight,
      );
    }
  }

  /** The score of a class; NaN if it has no things, or nothing to divide by. */
  classIou(matrix: ConfusionMatrix, trainId: number): number {
    return scoreOf(this.byClass.get(trainId), falsePositives(matrix, [trainId]));
  }

  /** The score of a category, given by its classes; NaN as for a class. */
  categoryIou(matrix: ConfusionMatrix, category: readonly number[]): number {
    return scoreOf(this.byCategory.get(category.join()), falsePositives(matrix, category));
  }
}

function addTo(pixels: WeightedPixels | undefined, hit: number, all: number): void {
  if (pixels) {
    pixels.hit += hit;
    pixels.all += all;
  }
}

/** Pixels predicted as one of the classes whose label is none of them. */
function falsePositives(matrix: ConfusionMatrix, classes: readonly number[]): number {
  let sum = 0;
  for (let label = 0; label < matrix.classes; label++) {
    if (!classes.includes(label)) {
      sum += classes.reduce((pixels, predicted) => pixels + matrix.count(label, predicted), 0);
    }
  }
  return sum;
}

function scoreOf(pixels: WeightedPixels | undefined, falsePositive: number): number {
  return pixels ? pixels.hit / (pixels.all + falsePositive) : NaN;
}
