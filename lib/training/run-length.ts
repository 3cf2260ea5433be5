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

/** The options that say where a run ends. */
const ENDS = [...LENGTHS, 'patience', 'minImprovement'].map((name) => `options.${name}`);

/** What a resume changes. */
export interface ResumeChanges {
  /** What holds from there on. */
  readonly made: readonly ConfigDifference[];
  /** Options that nothing follows from, because no step is left to train. */
  readonly ignored: readonly ConfigDifference[];
}

/**
 * What follows from the options that a run is resumed with. Where no step is left to train, no more than where
 * the run ends, if it had not ended before, and where its data is.
 */
export function changesOf(
  differences: readonly ConfigDifference[],
  { goesOn, hadEnded }: { readonly goesOn: boolean; readonly hadEnded: boolean },
): ResumeChanges {
  const isMade = ({ path }: ConfigDifference) =>
    goesOn || !path.startsWith('options.') || (!hadEnded && ENDS.includes(path));
  return {
    made: differences.filter(isMade),
    ignored: differences.filter((difference) => !isMade(difference)),
  };
}

/** What is said of options that change nothing; none if there are none. */
function ignoredNotes(ignored: readonly ConfigDifference[]): string[] {
  const kept = ignored.map(
    ({ path, before = 'null', now = 'null' }) =>
      `${path.replace(/^options\./, '')} ${before}, not ${now}`,
  );
  return kept.length === 0
    ? []
    : [
        `no step is left to train, so the run keeps the options that it was trained with: ${kept.join('; ')}`,
      ];
}

/**
 * What a resume has changed: where the data is, the options, and what they do to the learning rate; and which
 * options change nothing.
 *
 * @param start - where the run goes on
 */
export function changeNotes(
  { made, ignored }: ResumeChanges,
  { steps, rates }: Pick<TrainingTask<unknown>, 'steps' | 'rates'>,
  start: Pick<Position, 'step' | 'rollBacks'>,
): string[] {
  const moved = made
    .filter(({ path }) => path === DATASET_ROOT)
    .map(({ before, now }) => `the dataset is read from ${now} now, no longer from ${before}`);
  const options = made.filter(({ path }) => path.startsWith('options.'));
  const others = [...moved, ...ignoredNotes(ignored)];
  if (options.length === 0) {
    return others;
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
  return [...others, `changed after step ${done}: ${changed}${rate}`];
}
