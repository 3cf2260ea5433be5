/** Evaluation and prediction of one trained network, again and again, at sizes that change. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  evaluate,
  loadNetwork,
  openDataset,
  predict,
  Random,
  retrain,
  writeSample,
} from 'autodeeplab';
import { TINY_ARCHITECTURE } from '../../training/tiny-architecture.js';
import type { Work } from './work.js';

/** More sizes than programs are kept for. */
const SIZES = 12;

/** An image of noise. */
function noise(random: Random, height: number, width: number) {
  const data = Uint8Array.from({ length: height * width * 3 }, () => random.integer(256));
  return { height, width, data };
}

/** One round is an evaluation of one of three kinds, a prediction of a file and four of pixels. */
export const evaluateWork: Work = async ({ folder: base, seed }, { signal, onRound }) => {
  const root = join(base, 'data');
  const counts = { train: 4, val: 4 };
  await writeSample({ root, seed, layout: 'voc', width: 80, height: 60, counts });
  const dataset = await openDataset('sample', { root });
  const folder = join(base, 'run');
  const config = { seed, filterMultiplier: 1, crop: 33, batchSize: 2, epochs: 1 };
  await retrain({
    dataset,
    architecture: TINY_ARCHITECTURE,
    folder,
    preset: 'tiny',
    config,
    signal,
  });
  const out = join(base, 'pictures');
  const network = await loadNetwork(folder);
  const [{ imageFile: input }] = await dataset.samples('val');
  const random = new Random(seed);
  const views = [{}, { scales: [0.5, 1, 1.25], flip: true }, { window: 65 }];
  for (let round = 0; !signal.aborted; round++) {
    await evaluate({ dataset, folder, ...views[round % views.length], signal });
    await predict({ folder, input, out, signal });
    for (let i = 0; i < 4; i++) {
      const size = (4 * round + i) % SIZES;
      const image = noise(random, 33 + 32 * (size % 4), 33 + 32 * Math.floor(size / 4));
      await network.predict(image, { signal });
    }
    await rm(out, { recursive: true });
    onRound();
  }
};
