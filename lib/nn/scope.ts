/**
 * How a network names its variables while staying a pure function.
 *
 * A network is a function of a scope and its inputs. It asks the scope for a variable by name each
 * time it runs; whoever runs it decides whether that lists the variable or looks up its value.
 */
import type * as tf from '@tensorflow/tfjs-core';
import type { Initializer } from './initializers.js';

/** What is known of a variable before it has a value. */
export interface VariableSpec {
  /** Full name, for example `stem/conv1/weights`. */
  readonly name: string;
  /** The part of the network that it belongs to, such as `stem`, `cell3` or `aspp`. */
  readonly section: string;
  readonly shape: readonly number[];
  readonly initializer: Initializer;
  /** False for moving statistics. */
  readonly trainable: boolean;
  /** Whether weight decay applies. */
  readonly decay: boolean;
  /** Factor on the learning rate. */
  readonly learningRateScale: number;
  /** The axis of the output channels. */
  readonly outputAxis: number;
  /** The axis with one entry per class; undefined for a variable that does not depend on them. */
  readonly classAxis: number | undefined;
}

/** Details of a variable; all have defaults. */
export interface VariableOptions {
  /** False for moving statistics; true by default. */
  readonly trainable?: boolean;
  /** Whether weight decay applies; true by default. */
  readonly decay?: boolean;
  /** Factor on the learning rate; 1 by default. */
  readonly learningRateScale?: number;
  /** The axis of the output channels; the last by default. */
  readonly outputAxis?: number;
  /** The axis with one entry per class; none by default. */
  readonly classAxis?: number;
}

/** Where variables, updates and randomness come from; one per way of running a network. */
export interface ScopeSource {
  /** True while training: batch norm by batch statistics, dropout and drop path on. */
  readonly training: boolean;
  /** Share of the training that is done, from 0 to 1, a scalar; absent outside training. */
  readonly progress: tf.Scalar | undefined;
  variable(spec: VariableSpec): tf.Tensor;
  update(name: string, value: tf.Tensor): void;
  /** int32 `[2]` for the random numbers of one place in one step; absent: no randomness. */
  seed(name: string): tf.Tensor1D | undefined;
  /** Is shown what each layer computes; absent: nobody looks. */
  observe?(name: string, value: tf.Tensor): void;
}

/** A place in a network's tree of names. */
export class Scope {
  constructor(
    private readonly source: ScopeSource,
    private readonly path = '',
    private readonly sectionName = '',
  ) {}

  /** The full name of this place, such as `aspp/pool/bn`. */
  get name(): string {
    return this.path;
  }

  /** True while training. */
  get training(): boolean {
    return this.source.training;
  }

  /** Share of the training that is done; absent outside training. */
  get progress(): tf.Scalar | undefined {
    return this.source.progress;
  }

  /** The place `name` below this one. */
  child(name: string): Scope {
    return new Scope(this.source, this.fullName(name), this.sectionName);
  }

  /** The place `name` below this one, as a section of the network; its variables carry the name. */
  section(name: string): Scope {
    return new Scope(this.source, this.fullName(name), name);
  }

  /** The variable `name` of this place. */
  variable(
    name: string,
    shape: readonly number[],
    initializer: Initializer,
    options: VariableOptions = {},
  ): tf.Tensor {
    const { trainable = true, decay = true, learningRateScale = 1, classAxis } = options;
    return this.source.variable({
      name: this.fullName(name),
      section: this.sectionName,
      shape,
      initializer,
      trainable,
      decay: trainable && decay,
      learningRateScale,
      outputAxis: options.outputAxis ?? shape.length - 1,
      classAxis,
    });
  }

  /** Sets the value that the variable `name` of this place gets after the step. */
  update(name: string, value: tf.Tensor): void {
    this.source.update(this.fullName(name), value);
  }

  /** Seed of the random numbers `name` of this place; absent where there is no randomness. */
  seed(name: string): tf.Tensor1D | undefined {
    return this.source.seed(this.fullName(name));
  }

  /** Shows what the layer of this place computes; returns it. */
  observed<T extends tf.Tensor>(value: T): T {
    this.source.observe?.(this.path, value);
    return value;
  }

  private fullName(name: string): string {
    return this.path === '' ? name : `${this.path}/${name}`;
  }
}

/** A network: logits or features from an image, variables from a scope. */
export type Network = (scope: Scope, image: tf.Tensor4D) => tf.Tensor4D;
