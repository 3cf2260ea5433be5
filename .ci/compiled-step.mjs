/**
 * Runs the first compiled steps of a tiny search on native TensorFlow and prints their losses to the
 * last bit, so that versions of Node can be compared.
 *
 *     node .ci/compiled-step.mjs
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { openDataset, search, useBackend, writeSample } from 'autodeeplab';

// One thread: the order of sums, and with it the last bit, does not depend on chance.
process.env.TF_NUM_INTRAOP_THREADS = '1';
process.env.TF_NUM_INTEROP_THREADS = '1';

/** The bits of a number as hexadecimal digits. */
function bits(value) {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  return view.getBigUint64(0).toString(16).padStart(16, '0');
}

/** The losses of both steps, weights and architecture, of each batch of one epoch. */
async function searchLosses(folder) {
  await useBackend('tensorflow');
  const root = join(folder, 'sample');
  await writeSample({ root, width: 96, height: 96, counts: { train: 8, val: 2 } });
  const losses = [];
  await search({
    dataset: await openDataset('sample', { root }),
    folder: join(folder, 'run'),
    preset: 'tiny',
    config: { epochs: 1, architectureStart: 0 },
    onProgress: (event) => {
      if (event.kind === 'step') {
        losses.push(event.loss, event.architectureLoss);
      }
    },
  });
  if (losses.length === 0 || !losses.every(Number.isFinite)) {
    throw new Error(`expected finite losses, got [${losses.join(', ')}]`);
  }
  return losses;
}

const folder = mkdtempSync(join(tmpdir(), 'autodeeplab-step-'));
try {
  const losses = await searchLosses(folder);
  process.stdout.write(`${losses.map(bits).join(' ')}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
