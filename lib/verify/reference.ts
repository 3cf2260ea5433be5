/** The reference values that ship inside the package; `test/reference` makes them. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import type { Architecture } from '../architecture/architecture.js';
import { fillInput, type FillSpec } from './fill.js';

/** An operation that PyTorch computed, in float64. */
export interface OperationCase {
  readonly family: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, FillSpec>>;
  readonly attrs: OperationAttributes;
  readonly outputShape: readonly number[];
  /** The output `y`, and `d<input>`, the gradients of Σ y · dy, or of a scalar y. */
  readonly expected: Readonly<Record<string, readonly number[]>>;
}

/** Attributes of all families; each has some of them. */
export interface OperationAttributes {
  readonly stride: number;
  readonly rate: number;
  readonly kind: string;
  readonly operation: string;
  readonly epsilon: number;
  readonly groups: number;
  readonly times: number;
  readonly size: [number, number];
  readonly scale: number;
  readonly classWeights: readonly number[];
  readonly share: number;
  readonly weight: number;
}

/** Norm, dot product with probe 1, dot product with probe 2; by variable. */
export type GradientSummary = Readonly<Record<string, readonly [number, number, number]>>;

/** The inputs of a network's step. */
export interface LabelledInput {
  readonly image: FillSpec;
  readonly labels: FillSpec;
}

/** A step of the weights and one of the architecture after it. */
export interface SearchReference {
  readonly options: {
    readonly layers: number;
    readonly filterMultiplier: number;
    readonly blocks: number;
  };
  readonly classes: number;
  /** Of half A and of half B. */
  readonly batches: readonly [LabelledInput, LabelledInput];
  readonly runs: readonly {
    readonly order: 'first' | 'second';
    readonly losses: readonly [number, number];
    /** Adam's mean after the step, 0.5 times the gradient with its decay. */
    readonly alphaMean: readonly number[];
    readonly betaMean: readonly number[];
    /** SGD's velocity after the step of the weights. */
    readonly velocity: GradientSummary;
  }[];
}

/** Loss and gradients of a derived network. */
export interface RetrainReference extends LabelledInput {
  readonly architecture: Pick<Architecture, 'path' | 'genotype'>;
  readonly filterMultiplier: number;
  readonly classes: number;
  readonly training: { readonly loss: number; readonly gradients: GradientSummary };
  readonly frozen: { readonly loss: number; readonly gradients: GradientSummary };
}

/** A picture and its pixels as Pillow reads them. */
export interface PictureCase {
  readonly file: string;
  readonly height: number;
  readonly width: number;
  readonly pixels: readonly number[];
}

interface Documents {
  readonly operations: { readonly cases: readonly OperationCase[] };
  readonly networks: { readonly search: SearchReference; readonly retrain: RetrainReference };
  readonly pictures: { readonly classes: number; readonly cases: readonly PictureCase[] };
}

/** A file of the reference: beside the sources, which the package brings along. */
export function referenceFile(name: string): string {
  return fileURLToPath(new URL(`../../lib/verify/reference/${name}`, import.meta.url));
}

/** Reads one of the documents. */
export async function readReference<Name extends keyof Documents>(
  name: Name,
): Promise<Documents[Name]> {
  return JSON.parse(await readFile(referenceFile(`${name}.json`), 'utf8')) as Documents[Name];
}

/** The tensor that a specification describes; labels are int32. */
export function tensorFrom(spec: FillSpec): tf.Tensor {
  const isWhole = spec.kind === 'labels' || spec.kind === 'constant';
  return tf.tensor(fillInput(spec), [...spec.shape], isWhole ? 'int32' : 'float32');
}
