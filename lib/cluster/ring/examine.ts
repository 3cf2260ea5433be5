/** What a ring can do: versions, connections, and how fast they are. */
import * as tf from '@tensorflow/tfjs-core';
import { useBackend } from '../../backend/use-backend.js';
import { compile } from '../../runtime/compile.js';
import type { Program } from '../../runtime/program.js';
import { meanOverReplicas } from '../../runtime/replicas.js';
import { thisMember, type Member } from '../member.js';
import { RingFollower } from './follower.js';
import { openRing, type RingControl } from './open-ring.js';
import type { RingPlace } from './place.js';
import type { RingRequest } from './request.js';

/** What is known of a ring. */
export interface RingReport {
  /** By rank, as the user named them. */
  readonly processes: readonly string[];
  /** What each of them is. */
  readonly member: Member;
  /** What carries the means. */
  readonly reduce: 'ring' | 'nccl';
  /** The least time of a step that means one number, seconds. */
  readonly roundTripSeconds: number;
  /** Bytes that each process sends in a second, while it gets as many. */
  readonly bytesPerSecond: number;
}

/** Steps of a measurement, of which the fastest counts. */
const STEPS = 8;

/** Numbers that are meant for the measurement of bytes: 10 MB. */
const NUMBERS = 2_500_000;

/** Bytes that each of K processes sends when they mean n numbers of float32: 2 (K − 1) / K · 4 n. */
export function ringBytes(processes: number, numbers: number): number {
  return ((2 * (processes - 1)) / processes) * 4 * numbers;
}

/** A program whose steps *one* and *many* mean so many numbers. */
function meanProgram({ place, ring, devices }: RingPlace): Program {
  const { length: count } = ring.tasks;
  const initial = { w: tf.zeros([NUMBERS]) };
  const step = (numbers: number) => ({
    inputs: { x: { shape: [count] } },
    replicas: { count, batchStatistics: 'replica', batched: ['x'] } as const,
    step: (
      { w }: Readonly<Record<string, tf.Tensor>>,
      { x }: Readonly<Record<string, tf.Tensor>>,
    ) => {
      const { mean } = meanOverReplicas({ mean: tf.mul(tf.slice(w, [0], [numbers]), tf.sum(x)) });
      return { outputs: { last: tf.slice(mean, [numbers - 1], [1]) } };
    },
  });
  try {
    const steps = { one: step(1), many: step(NUMBERS) };
    return compile(initial, steps, { place, ring, devices, recompute: 'none' });
  } finally {
    tf.dispose(initial);
  }
}

/** The least time of a step, seconds; all processes must call it. */
function stepSeconds(program: Program, step: 'one' | 'many'): number {
  const x = tf.zeros([1]);
  const times = Array.from({ length: STEPS }, () => {
    const start = performance.now();
    tf.dispose(program.run(step, { x }));
    return (performance.now() - start) / 1000;
  });
  x.dispose();
  return Math.min(...times);
}

/**
 * Tests a ring, in each of its processes: whether all are there and of one version, whether TensorFlow's servers
 * reach each other, and how fast.
 *
 * @returns what rank 0 knows; undefined in the others
 * @throws what {@link openRing} throws
 */
export async function examineRing(
  request: RingRequest,
  control: RingControl = {},
): Promise<RingReport | undefined> {
  const { versions } = await useBackend('tensorflow');
  const ring = await openRing(request, { facts: { program: 'doctor' }, work: 'chain' }, control);
  const program = meanProgram(ring.place);
  try {
    if (ring instanceof RingFollower) {
      await ring.nextOrder();
      stepSeconds(program, 'one');
      stepSeconds(program, 'many');
      await ring.nextOrder();
      return undefined;
    }
    await ring.step({ epoch: 0, step: 0, rateScale: 1 });
    const roundTripSeconds = stepSeconds(program, 'one');
    const seconds = stepSeconds(program, 'many') - roundTripSeconds;
    const { tasks, hint } = ring.place.ring;
    return {
      processes: request.processes,
      member: thisMember(versions.tensorflow),
      reduce: hint,
      roundTripSeconds,
      bytesPerSecond: ringBytes(tasks.length, NUMBERS) / Math.max(seconds, 1e-9),
    };
  } catch (error) {
    throw ring instanceof RingFollower ? await ring.failWith(error) : await ring.explain(error);
  } finally {
    program.dispose();
    if (ring instanceof RingFollower) {
      ring.close();
    } else {
      await ring.finish({ interrupted: false, stoppedEarly: false, steps: 0, epochs: 0 });
    }
  }
}
