/** The length of a run that is resumed: it may be another one than before. */
import { ConfigError } from '../errors.js';
import type { ConfigDifference } from '../run/config-difference.js';
import { count, short } from '../text.js';
import type { TrainingTask } from './loop/loop-task.js';
import { rateScale, type Position } from './position.js';
import { DATASET_ROOT } from './stored-run.js';

/** What the length of a run follows from. */
interface Lengthy {
  readonly declared: { readonly name: string };
  readonly options: object;
}

/** The options that say how long a run is. */
const LENGTHS = ['steps', 'epochs'];

/**
 * Checks that a run is not made shorter than it is.
 *
 * @param done - steps that it has done; undefined: none
 * @throws {@link ConfigError} if they are more than the run would have
 */
export function checkLength(
  folder: string,
  { steps, stepsPerEpoch }: Pick<TrainingTask<unknown>, 'steps' | 'stepsPerEpoch'>,
  { declared, options }: Lengthy,
  done = 0,
): void {
  if (done <= steps) {
    return;
  }
  const values = options as Readonly<Record<string, unknown>>;
  const name = LENGTHS.find((option) => typeof values[option] === 'number') ?? 'steps';
  const inEpochs = name === 'epochs' ? `${count(Number(values.epochs), 'epoch')} = ` : '';
  const least = name === 'epochs' ? Math.ceil(done / stepsPerEpoch) : done;
  throw new ConfigError(
    `${declared.name} ${name}: expected at least the ${count(done, 'step')} that ${folder} has done, got ` +
      `${inEpochs}${count(steps, 'step')}; raise the option ${name} to at least ${least}, or start a new ` +
      'run in another folder',
  );
}

/**
 * What a resume has changed: where the data is, the options, and what they do to the learning rate.
 *
 * @param start - where the run goes on
 */
export function changeNotes(
  differences: readonly ConfigDifference[],
  { steps, rates }: Pick<TrainingTask<unknown>, 'steps' | 'rates'>,
  start: Pick<Position, 'step' | 'rollBacks'>,
): string[] {
  const moved = differences
    .filter(({ path }) => path === DATASET_ROOT)
    .map(({ before, now }) => `the dataset is read from ${now} now, no longer from ${before}`);
  const options = differences.filter(({ path }) => path.startsWith('options.'));
  if (options.length === 0) {
    return moved;
  }
  const changed = options
    .map(({ path, before, now }) => `${path.replace(/^options\./, '')} ${before}, now ${now}`)
    .join('; ');
  const { step: done } = start;
  const [next, last] = [done, steps - 1].map((step) =>
    short(rates(step, rateScale(start)).learningRate),
  );
  const rate =
    done < steps ? `; the learning rate is ${next} from here on and ${last} at the end` : '';
  return [...moved, `changed after step ${done}: ${changed}${rate}`];
}
