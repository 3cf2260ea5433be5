/**
 * A process that trains in several threads of Node at once; `worker-threads.test.ts` starts it.
 *
 * The main thread and two workers train at the same time, then a worker alone, then one is
 * terminated in the middle of its steps. It prints one line of JSON and ends as it is asked to.
 *
 * Parameters: the folder of the compiled library; the end: *settled*, or *exit* with a worker alive.
 */
import { once } from 'node:events';
import process from 'node:process';
import { setImmediate } from 'node:timers/promises';
import { URL } from 'node:url';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import * as tf from '@tensorflow/tfjs-core';

const [library, end] = isMainThread ? process.argv.slice(2) : workerData.parameters;
const [{ useBackend }, { compile }, { batchNormTraining }, { depthwiseConv2d }] = await Promise.all(
  ['backend/use-backend', 'runtime/compile', 'ops/batch-norm', 'ops/depthwise-conv2d'].map(
    (name) => import(`${library}/${name}.js`),
  ),
);

/** Steps with kernels of our own: a depthwise filter gradient, a batch norm of two groups. */
async function train(steps, size = 12) {
  const { threads } = await useBackend('tensorflow');
  const filter = tf.tensor4d(
    Array.from({ length: 72 }, (_, i) => Math.sin(i)),
    [3, 3, 8, 1],
  );
  const x = tf.tensor4d(
    Array.from({ length: 4 * size * size * 8 }, (_, i) => Math.sin(3 * i)),
    [4, size, size, 8],
  );
  const inputs = { x: { shape: x.shape } };
  const loss = (weights, image) => {
    const { y } = batchNormTraining(depthwiseConv2d(image, weights), 1e-3, {}, 2);
    return tf.mean(tf.square(tf.sub(y, image)));
  };
  const step = (state, { x: image }) => {
    const { value, grad } = tf.valueAndGrad((weights) => loss(weights, image))(state.filter);
    return { outputs: { value }, state: { filter: tf.sub(state.filter, grad) } };
  };
  const program = compile({ filter }, { step: { inputs, step } });
  const losses = Array.from(
    { length: steps },
    () => program.run('step', { x }).value.dataSync()[0],
  );
  program.dispose();
  const own = tf.backend().binding.ownOperations;
  return { losses, own, threads };
}

const STEPS = 5;

function start(isEndless) {
  const worker = new Worker(new URL(import.meta.url), {
    workerData: { parameters: [library, end], isEndless },
  });
  return { worker, exit: once(worker, 'exit'), result: once(worker, 'message').then(([r]) => r) };
}

async function inMainThread() {
  const [first, second] = [start(false), start(false)];
  const results = await Promise.all([first.result, second.result, train(STEPS)]);
  const codes = [(await first.exit)[0], (await second.exit)[0]];
  const third = start(false);
  results.push(await third.result);
  codes.push((await third.exit)[0]);
  const [endless, alive] = [start(true), start(true)];
  results.push(await endless.result, await alive.result);
  await endless.worker.terminate();
  results.push(await train(STEPS));
  process.stdout.write(`${JSON.stringify({ results, codes })}\n`);
  if (end === 'exit') {
    process.exit(3);
  }
  await alive.worker.terminate();
}

if (isMainThread) {
  await inMainThread();
} else {
  parentPort.postMessage(await train(STEPS));
  while (workerData.isEndless) {
    await train(STEPS, 48);
    await setImmediate();
  }
}
