// Steps of a search and of a retraining by two replicas: in one process, and in a ring of two, in the network
// namespace of the program. Prints what they came to as JSON. With a kind and a rank: one process of these.
import { Buffer } from 'node:buffer';
import { spawn } from 'node:child_process';
import console from 'node:console';
import { createHash } from 'node:crypto';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import { useBackend } from '../../../dist/backend/use-backend.js';
import { Message } from '../../../dist/files/protobuf.js';
import { resolveRetrainConfig } from '../../../dist/retrain/options.js';
import { retrainProgram } from '../../../dist/retrain/program.js';
import { resolveSearchConfig } from '../../../dist/search/options.js';
import { searchProgram } from '../../../dist/search/program.js';

const SIZE = 2;
const BATCH = 4;
const CROP = 33;
const CLASSES = 4;
const ALONE = -1;
const tasks = Array.from({ length: SIZE }, (_, i) => `/job:worker/replica:0/task:${i}`);

/** Starts TensorFlow's server as a task of the ring; where programs are then. */
function joinRing(rank) {
  const job = new Message().text(1, 'worker');
  tasks.forEach((_, i) =>
    job.message(2, new Message().integer(1, i).text(2, `127.0.0.1:${7700 + i}`)),
  );
  const leader = new Message().text(1, tasks[0]);
  const server = new Message()
    .message(1, new Message().message(1, job))
    .text(2, 'worker')
    .integer(3, rank)
    .message(4, new Message().message(16, leader))
    .text(5, 'grpc');
  const target = tf.backend().binding.startServer(server.finish());
  const ring = { rank, tasks, hint: 'ring' };
  return {
    devices: [`${tasks[rank]}/device:CPU:0`],
    place: { target, timeoutSeconds: 60 },
    ring,
  };
}

/** Cells of two blocks at strides 4, 8 and 16. */
const ARCHITECTURE = {
  path: [0, 1, 2, 1],
  genotype: {
    blocks: [
      {
        left: { input: 0, operation: 'sep_conv_3x3' },
        right: { input: 1, operation: 'skip_connect' },
      },
      {
        left: { input: 2, operation: 'dil_conv_5x5' },
        right: { input: 1, operation: 'avg_pool_3x3' },
      },
    ],
  },
};

const PROGRAMS = {
  search: {
    steps: ['weights', 'architecture', 'weights'],
    make: (place) => {
      const operations = ['none', 'skip_connect', 'sep_conv_3x3'];
      const size = { layers: 2, blocks: 1, filterMultiplier: 1, operations };
      const order = { order: 'second', batchStatistics: 'all', recompute: 'all' };
      const batch = { batchSize: BATCH, crop: CROP, replicas: SIZE };
      const config = resolveSearchConfig({ ...size, ...order, ...batch }, 'tiny');
      return searchProgram(config, CLASSES, 'auto', place);
    },
  },
  retrain: {
    steps: ['train', 'train'],
    make: (place) => {
      const batch = { batchSize: BATCH, crop: CROP, replicas: SIZE };
      const narrow = { stemWidths: [4, 8], headFilters: 8 };
      const config = resolveRetrainConfig({ filterMultiplier: 1, ...narrow, ...batch }, 'tiny');
      return retrainProgram(ARCHITECTURE, config, CLASSES, undefined, 'auto', place);
    },
  },
};

/** Images and labels of a step as a process gets them; the second image has few labels. */
function batchOf(step, rank) {
  const images = rank === ALONE ? BATCH : BATCH / SIZE;
  const first = rank === ALONE ? 0 : rank * images;
  const pixels = CROP * CROP;
  const number = (i) => Math.sin(12.9898 * (i + 1e5 * step)) * 43758.5453;
  const fraction = (i) => number(i) - Math.floor(number(i));
  const values = Float32Array.from(
    { length: images * pixels * 3 },
    (_, i) => 2 * fraction(first * pixels * 3 + i) - 1,
  );
  const labels = Int32Array.from({ length: images * pixels }, (_, i) => {
    const place = first * pixels + i;
    const isIgnored = place >= pixels + CROP && place < 2 * pixels;
    return isIgnored ? 255 : Math.floor(CLASSES * fraction(place));
  });
  return {
    image: tf.tensor(values, [images, CROP, CROP, 3]),
    labels: tf.tensor(labels, [images, CROP, CROP], 'int32'),
  };
}

/** Losses and a digest of the whole state after some steps. */
async function compute(kind, rank) {
  await useBackend('tensorflow', { threads: { intra: 1, inter: 1 } });
  const { steps, make } = PROGRAMS[kind];
  const { program } = make(rank === ALONE ? {} : joinRing(rank));
  const losses = [];
  for (const [i, step] of steps.entries()) {
    const { image, labels } = batchOf(2 * i + 1, rank);
    const { loss } = program.run(step, {
      ...batchOf(2 * i, rank),
      'train/image': image,
      'train/labels': labels,
      learningRate: tf.scalar(0.02),
      architectureLearningRate: tf.scalar(0.003),
      progress: tf.scalar(0.5),
      seed: tf.scalar(i, 'int32'),
    });
    losses.push((await loss.data())[0]);
  }
  const state = program.state();
  const digest = createHash('sha256');
  for (const name of Object.keys(state).sort()) {
    const { buffer, byteOffset, byteLength } = state[name].dataSync();
    digest.update(name).update(Buffer.from(buffer, byteOffset, byteLength));
  }
  return { losses, state: digest.digest('hex') };
}

/** The result of a process of this file. */
function resultOf(kind, rank) {
  return new Promise((resolve, reject) => {
    const own = fileURLToPath(import.meta.url);
    const child = spawn(process.execPath, [own, kind, String(rank)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.on('data', (data) => (output += data));
    child.on('close', (code) => {
      if (code === 0) {
        resolve(JSON.parse(output));
      } else {
        reject(new Error(`expected exit code 0 of rank ${rank}, got ${code}`));
      }
    });
  });
}

const [kind, rank] = process.argv.slice(2);
if (kind === undefined) {
  const results = {};
  for (const name of Object.keys(PROGRAMS)) {
    const alone = await resultOf(name, ALONE);
    results[name] = { alone, ring: await Promise.all(tasks.map((_, i) => resultOf(name, i))) };
  }
  console.log(JSON.stringify(results));
} else {
  process.stdout.write(JSON.stringify(await compute(kind, Number(rank))), () => process.exit(0));
}
