/** Runs that were killed half-way, to begin trials with. */
import { cpSync } from 'node:fs';
import type { Field, Place } from './field.js';

/** A run that was killed after a step, once per field; each trial gets a copy. */
export class HalfDone {
  private made: Promise<Place> | undefined;

  constructor(
    private readonly field: Field,
    private readonly afterStep: number,
    /** More parameters, such as another seed. */
    private readonly more: readonly string[] = [],
  ) {}

  /** The folder that no trial changes. */
  async original(): Promise<Place> {
    this.made ??= this.make();
    return this.made;
  }

  /** A copy for a trial, with the steps that it has done. */
  async copy(): Promise<Place> {
    const original = await this.original();
    const place = this.field.place();
    cpSync(original.own, place.own, { recursive: true, preserveTimestamps: true });
    return place;
  }

  private async make(): Promise<Place> {
    const place = this.field.place();
    const { ended } = this.field.start(place, { killAtStep: this.afterStep }, this.more);
    const { signal, output } = await ended;
    if (signal !== 'SIGKILL') {
      throw new Error(`expected a run that is killed after step ${this.afterStep}, got: ${output}`);
    }
    return place;
  }
}
