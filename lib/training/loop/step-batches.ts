/** Batches of single steps, as another process orders them: mostly one after the other. */
import type { StepPlace, TrainingTask } from './loop-task.js';

/** What batches follow from. */
type Batched<Batch> = Pick<TrainingTask<Batch>, 'steps' | 'stepsPerEpoch' | 'batches'>;

/** Steps of an epoch, from one of them on. */
interface Source<Batch> {
  readonly epoch: number;
  readonly iterator: AsyncIterator<Batch>;
  /** The step whose batch comes next, over all epochs. */
  step: number;
  /** That batch, if it was asked for. */
  pending: Promise<IteratorResult<Batch>> | undefined;
}

/** The batches of steps in any order; cheap if they follow one another. */
export class StepBatches<Batch> {
  private source: Source<Batch> | undefined;

  constructor(private readonly task: Batched<Batch>) {}

  /** Makes the batch of a step ready; throws if that cannot be. */
  async prepare(place: StepPlace): Promise<void> {
    const source = this.sourceOf(place);
    source.pending ??= source.iterator.next();
    await source.pending;
  }

  /** The batch of a step. */
  async take(place: StepPlace): Promise<Batch> {
    const source = this.sourceOf(place);
    const pending = source.pending ?? source.iterator.next();
    source.pending = undefined;
    source.step++;
    const result = await pending;
    if (result.done) {
      throw new RangeError(
        `expected a batch of step ${place.step}, got the end of epoch ${place.epoch}`,
      );
    }
    return result.value;
  }

  /** Where the step after one is if nothing special happens; undefined after the last. */
  after({ epoch, step, rateScale }: StepPlace): StepPlace | undefined {
    const { steps, stepsPerEpoch } = this.task;
    const next = step + 1;
    const isSame = next < (epoch + 1) * stepsPerEpoch;
    return next < steps ? { epoch: isSame ? epoch : epoch + 1, step: next, rateScale } : undefined;
  }

  private sourceOf({ epoch, step }: StepPlace): Source<Batch> {
    const { source } = this;
    if (source?.epoch === epoch && source.step === step) {
      return source;
    }
    void source?.iterator.return?.();
    const opened = { epoch, step, iterator: this.open(epoch, step), pending: undefined };
    this.source = opened;
    return opened;
  }

  private open(epoch: number, step: number): AsyncIterator<Batch> {
    const { steps, stepsPerEpoch } = this.task;
    const first = epoch * stepsPerEpoch;
    const last = Math.min(first + stepsPerEpoch, steps);
    const batches = this.task.batches(epoch, {
      startStep: step - first,
      endStep: last - first,
      nextEpoch: last < steps ? epoch + 1 : undefined,
    });
    return batches[Symbol.asyncIterator]();
  }
}
