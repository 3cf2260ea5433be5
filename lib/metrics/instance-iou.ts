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

/** Pixels of one thing. */
interface Thing {
  readonly entry: Counted;
  size: number;
  hits: number;
  categoryHits: number;
}

/** What is counted of a class, and of its category, which other classes may share. */
interface Counted extends InstanceClass {
  readonly own: WeightedPixels;
  readonly shared: WeightedPixels | undefined;
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
  /** By the id of the class. */
  private readonly counted = new Map<number, Counted>();
  /** By the train id of the class. */
  private readonly byClass = new Map<number, WeightedPixels>();
  /** By the train ids of the category. */
  private readonly byCategory = new Map<string, WeightedPixels>();

  constructor(classes: readonly InstanceClass[]) {
    for (const entry of classes) {
      const own = { hit: 0, all: 0 };
      this.byClass.set(entry.trainId, own);
      this.counted.set(entry.id, { ...entry, own, shared: this.sharedBy(entry.category) });
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
    const things = new Map<number, Thing>();
    for (let i = 0; i < instances.length; i++) {
      const value = instances[i];
      const entry = this.counted.get(Math.floor(value / INSTANCES));
      if (entry === undefined) {
        continue;
      }
      const thing = things.get(value) ?? { entry, size: 0, hits: 0, categoryHits: 0 };
      things.set(value, thing);
      thing.size++;
      thing.hits += Number(prediction[i] === entry.trainId);
      thing.categoryHits += Number(entry.category?.includes(prediction[i]));
    }
    for (const { entry, size, hits, categoryHits } of things.values()) {
      const weight = entry.averageSize / size;
      addTo(entry.own, hits * weight, entry.averageSize);
      if (entry.shared) {
        addTo(entry.shared, categoryHits * weight, entry.averageSize);
      }
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

  private sharedBy(category: readonly number[] | undefined): WeightedPixels | undefined {
    if (category === undefined) {
      return undefined;
    }
    const shared = this.byCategory.get(category.join()) ?? { hit: 0, all: 0 };
    this.byCategory.set(category.join(), shared);
    return shared;
  }
}

function addTo(pixels: WeightedPixels, hit: number, all: number): void {
  pixels.hit += hit;
  pixels.all += all;
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
