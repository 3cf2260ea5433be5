/** How fast this machine computes what networks are made of, measured for about half a second. */
import * as tf from '@tensorflow/tfjs-core';
import type { Work } from '../../backend/threads.js';
import { conv2d } from '../../ops/conv2d.js';
import { depthwiseConv2d } from '../../ops/depthwise-conv2d.js';
import { relu } from '../../ops/relu.js';
import { lossAndGradients } from '../../optimizer/gradients.js';
import { compile } from '../../runtime/compile.js';
import type { PrecisionChoice } from '../../runtime/precision.js';
import type { Step } from '../../runtime/program.js';
import type { StepWork } from '../../runtime/step-work.js';
import type { NamedTensors } from '../../tensors.js';

/** Rates of this machine with a backend. */
export interface MachineSpeed {
  /** Multiply-adds of dense convolutions per second. */
  readonly dense: number;
  /** Multiply-adds of depthwise convolutions per second. */
  readonly depthwise: number;
  /** Bytes per second that elementwise kernels read and write. */
  readonly bytes: number;
  /** Seconds that a kernel takes however small its operands are. */
  readonly kernel: number;
}

/** What is timed: some layers on two inputs that do not depend on each other, with gradients. */
interface Probe {
  readonly size: number;
  readonly channels: number;
  readonly batch: number;
  readonly filter: 'dense' | 'depthwise' | 'none';
  /** Height and width of the filters. */
  readonly kernel: number;
  readonly layers: number;
}

/** Sizes in the middle of the networks: wide layers of a derived network, narrow ones of a supernet. */
const SHAPES: Readonly<Record<Work, Pick<Probe, 'size' | 'channels' | 'batch'>>> = {
  chain: { size: 81, channels: 40, batch: 2 },
  branches: { size: 41, channels: 12, batch: 2 },
};

/** What is timed, in the order in which the rates are found. */
function probesOf(work: Work) {
  const shape = SHAPES[work];
  return {
    kernel: { size: 3, channels: 8, batch: 1, filter: 'dense', kernel: 1, layers: 12 },
    bytes: { ...shape, filter: 'none', kernel: 1, layers: 2 },
    depthwise: { ...shape, filter: 'depthwise', kernel: 3, layers: 2 },
    dense: { ...shape, filter: 'dense', kernel: 3, layers: 2 },
  } satisfies Record<string, Probe>;
}

/**
 * Each probe is repeated for so long, in seconds, and at least so often; the mean counts, so that other
 * work on the machine does.
 */
const LONG_ENOUGH = 0.1;
const OFTEN_ENOUGH = 2;

function layerOf({ filter }: Probe, x: tf.Tensor4D, weights: tf.Tensor4D): tf.Tensor4D {
  const active = relu(x);
  const window = { stride: 1, rate: 1 };
  switch (filter) {
    case 'dense':
      return conv2d(active, weights, window);
    case 'depthwise':
      return depthwiseConv2d(active, weights, window);
    case 'none':
      return tf.mul(active, tf.square(weights));
  }
}

function stepOf(probe: Probe): Step {
  return (state, { x }) => {
    const { loss, gradients } = lossAndGradients((weights) => {
      const chains = [x, tf.neg(x)].map((start, chain) => {
        let value = start as tf.Tensor4D;
        for (let layer = 0; layer < probe.layers; layer++) {
          value = layerOf(probe, value, weights[`${chain}/${layer}`] as tf.Tensor4D);
        }
        return tf.sum(value);
      });
      return tf.add(chains[0], chains[1]);
    }, state);
    const sums = Object.values(gradients).map((gradient) => tf.sum(gradient));
    return { outputs: { loss: tf.add(loss, tf.addN(sums)) } };
  };
}

function weightsOf({ filter, kernel, channels, layers }: Probe): NamedTensors {
  const shape = {
    dense: [kernel, kernel, channels, channels],
    depthwise: [kernel, kernel, channels, 1],
    none: [1, 1, 1, channels],
  }[filter];
  const names = [0, 1].flatMap((chain) =>
    Array.from({ length: layers }, (_, layer) => `${chain}/${layer}`),
  );
  return Object.fromEntries(names.map((name) => [name, tf.fill(shape, 0.1)]));
}

/** The work in a probe and the seconds that it took. */
async function timed(
  probe: Probe,
  work: Work,
  precision: PrecisionChoice,
): Promise<{ work: StepWork; seconds: number }> {
  const { batch, size, channels } = probe;
  const shape = [batch, size, size, channels];
  const initial = weightsOf(probe);
  const program = compile(
    initial,
    { run: { step: stepOf(probe), inputs: { x: { shape } } } },
    { work, precision },
  );
  const x = tf.fill(shape, 0.5);
  const once = async (): Promise<number> => {
    const start = performance.now();
    const { loss } = program.run('run', { x });
    await loss.data();
    loss.dispose();
    return (performance.now() - start) / 1000;
  };
  try {
    await once(); // makes the kernels ready
    let [total, runs] = [0, 0];
    while (runs < OFTEN_ENOUGH || total < LONG_ENOUGH) {
      total += await once();
      runs++;
    }
    return { work: program.cost().steps.run, seconds: total / runs };
  } finally {
    program.dispose();
    tf.dispose([initial, x]);
  }
}

/** Seconds that a call of a step is expected to take. */
export function expectedSeconds(work: StepWork, speed: MachineSpeed): number {
  return (
    work.dense / speed.dense +
    work.depthwise / speed.depthwise +
    work.bytes / speed.bytes +
    work.kernels * speed.kernel
  );
}

/** No rate is above this one, however short a probe was. */
const UNLIMITED = 1e15;

/** The rate that explains the time that the known rates leave. */
function rateOf(
  what: 'dense' | 'depthwise' | 'bytes',
  { work, seconds }: { readonly work: StepWork; readonly seconds: number },
  known: MachineSpeed,
): number {
  // At most nine tenths of the time are explained by what was measured before.
  const left = Math.max(seconds - expectedSeconds(work, known), seconds / 10);
  return Math.min(work[what] / left, UNLIMITED);
}

const measured = new Map<string, Promise<MachineSpeed>>();

async function measure(work: Work, precision: PrecisionChoice): Promise<MachineSpeed> {
  const probes = probesOf(work);
  const kernel = await timed(probes.kernel, work, precision);
  let speed: MachineSpeed = {
    dense: UNLIMITED,
    depthwise: UNLIMITED,
    bytes: UNLIMITED,
    kernel: kernel.seconds / kernel.work.kernels,
  };
  for (const what of ['bytes', 'depthwise', 'dense'] as const) {
    speed = { ...speed, [what]: rateOf(what, await timed(probes[what], work, precision), speed) };
  }
  return speed;
}

/**
 * The speed of this machine with the backend in use, by convolutions, depthwise convolutions and
 * elementwise operations with their gradients, compiled as steps of a run are. It takes about half a second,
 * once per process and kind of work: what was measured on another day says little of a busy machine.
 *
 * @param work - *chain* as in a retraining, *branches* as in a search
 * @param precision - of the convolutions
 */
export function measureSpeed(
  work: Work = 'chain',
  precision: PrecisionChoice = 'float32',
): Promise<MachineSpeed> {
  const key = `${tf.getBackend()} ${work} ${precision}`;
  const speed = measured.get(key) ?? measure(work, precision);
  measured.set(key, speed);
  return speed;
}
