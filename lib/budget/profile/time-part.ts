/** How long a part of a network takes, measured. */
import * as tf from '@tensorflow/tfjs-core';
import { applyNetwork } from '../../nn/apply.js';
import { declarePart, initializeVariables, type NetworkPart } from '../../nn/declare.js';
import { interruptSignal } from '../../interrupt.js';
import { Random } from '../../random.js';
import { compile } from '../../runtime/compile.js';
import type { Step } from '../../runtime/program.js';
import type { LoopControl } from '../../training/events.js';
import { secondsSince } from '../../training/loop/seconds-since.js';
import { withPrefix, withoutPrefix, type NamedTensors } from '../../tensors.js';

/** How often all parts are measured, one after the other. */
const ROUNDS = 3;

/** In a round each part runs at least so often, … */
const LEAST_RUNS = 3;

/** … and until it has run for so long, in seconds, … */
const LONG_ENOUGH = 0.1;

/** … but at most so often. */
const MOST_RUNS = 15;

/** What is left of a result, so that nothing large is fetched from the backend. */
const ONE_NUMBER: [number, number, number, number] = [1, 1, 1, 1];

/** A part as a step of a program whose state has its variables. */
function stepOf(part: NetworkPart): Step {
  return (state, inputs) => {
    const [first, ...others] = Object.values(inputs) as tf.Tensor4D[];
    const network = (scope: Parameters<NetworkPart>[0], x: tf.Tensor4D) =>
      part(scope, [x, ...others]);
    const { output } = applyNetwork(network, withoutPrefix('variables', state), first);
    return { outputs: { y: tf.slice(output, [0, 0, 0, 0], ONE_NUMBER) } };
  };
}

/** How long a part of a network takes. */
export interface TimedPart {
  readonly part: NetworkPart;
  /** Shapes of its inputs. */
  readonly inputs: readonly (readonly number[])[];
}

/**
 * Runs parts of networks in several rounds, so that what else the machine does meets all of them alike.
 *
 * @param purpose - what is reported of them
 * @returns for each part the seconds that its runs took
 * @throws the signal's reason if it is aborted
 */
export async function timeParts(
  parts: readonly TimedPart[],
  purpose: string,
  { signal = interruptSignal(), onProgress }: LoopControl,
): Promise<number[][]> {
  const times = parts.map((): number[] => []);
  const total = ROUNDS * parts.length;
  const start = performance.now();
  for (let done = 0; done < total; done++) {
    signal.throwIfAborted();
    const index = done % parts.length;
    times[index].push(...(await timePart(parts[index])));
    const secondsLeft = (secondsSince(start) / (done + 1)) * (total - done - 1);
    onProgress?.({ kind: 'images', purpose, done: done + 1, total, secondsLeft });
  }
  return times;
}

/**
 * Measures how long a part of a network takes, compiled as predictions are: some runs after one that does not
 * count.
 *
 * @throws {@link BackendError} if the part does not fit into memory
 */
async function timePart({ part, inputs: inputShapes }: TimedPart): Promise<number[]> {
  const { variables } = declarePart(part, inputShapes);
  const names = inputShapes.map((_, i) => `input${i}`);
  const values: NamedTensors = Object.fromEntries(
    inputShapes.map((shape, i) => [names[i], tf.fill([...shape], 0.5)]),
  );
  const state = withPrefix('variables', initializeVariables(variables, new Random(1)));
  const inputs = Object.fromEntries(inputShapes.map((shape, i) => [names[i], { shape }]));
  try {
    const program = compile(state, { run: { step: stepOf(part), inputs } }, { rewrite: true });
    const once = async (): Promise<number> => {
      const start = performance.now();
      const { y } = program.run('run', values);
      await y.data();
      y.dispose();
      return (performance.now() - start) / 1000;
    };
    try {
      await once(); // makes the kernels ready
      const times: number[] = [];
      let total = 0;
      while (times.length < LEAST_RUNS || (total < LONG_ENOUGH && times.length < MOST_RUNS)) {
        const seconds = await once();
        times.push(seconds);
        total += seconds;
      }
      return times;
    } finally {
      program.dispose();
    }
  } finally {
    tf.dispose([state, values]);
  }
}
