/**
 * Compares exported networks with `predict` on the images of a split: pixels that differ, and what remains of the
 * mIoU. Prints a table.
 *
 *     npm run build && node .ci/compare-exports.mjs RUN KIND ROOT SPLIT IMAGES PYTHON
 *
 * PYTHON is one that has tensorflow and onnxruntime. All images of the split must have one size, and be read at it.
 */
import { Buffer } from 'node:buffer';
import { execFileSync } from 'node:child_process';
import console from 'node:console';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { loadGraphModel } from '@tensorflow/tfjs-converter';
import * as tf from '@tensorflow/tfjs-core';
import {
  ConfusionMatrix,
  data,
  exportGraphModel,
  exportOnnx,
  exportSavedModel,
  loadNetwork,
  openDataset,
  readSample,
  scores,
} from '../dist/index.js';

const [run, kind, root, split, most, python] = process.argv.slice(2);
if (python === undefined) {
  console.error('expected RUN KIND ROOT SPLIT IMAGES PYTHON');
  process.exit(2);
}
const folder = mkdtempSync(join(tmpdir(), 'compare-exports-'));
const network = await loadNetwork(run);
const dataset = await openDataset(kind, { root });
const all = await dataset.samples(split);
const count = Math.min(Number(most), all.length);
const samples = Array.from({ length: count }, (_, i) => all[Math.floor((i * all.length) / count)]);

/** An image as numbers from −1 to 1, with zeros on the right and below up to a size. */
function numbersOf({ height, width, data: pixels }, size) {
  const numbers = new Float32Array(size.height * size.width * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width * 3; x++) {
      numbers[y * size.width * 3 + x] = (pixels[y * width * 3 + x] * 2) / 255 - 1;
    }
  }
  return numbers;
}

const bytesOf = ({ buffer }) => Buffer.from(buffer);
const images = [];
let grid;
for (const [i, sample] of samples.entries()) {
  const { image, labels } = await readSample(sample, dataset.labelTable);
  grid = data.paddedSize(image);
  const { data: predicted } = await network.predict(image);
  const numbers = numbersOf(image, image);
  writeFileSync(join(folder, `${i}.image.f32`), bytesOf(numbers));
  writeFileSync(join(folder, `${i}.grid.f32`), bytesOf(numbersOf(image, grid)));
  const { height, width } = image;
  images.push({ name: String(i), height, width, predicted, labels: labels.data, numbers });
}
const documents = images.map(({ name, height, width }) => ({
  name,
  image: [height, width],
  grid: [grid.height, grid.width],
}));
writeFileSync(join(folder, 'images.json'), JSON.stringify(documents));

const at = (name) => join(folder, name);
await exportSavedModel(network, at('saved-model'), { size: grid });
await exportSavedModel(network, at('saved-model-any'), { size: 'any' });
await exportOnnx(network, at('onnx'), { size: grid });
await exportOnnx(network, at('onnx-any'), { size: 'any' });

/** One row of the table: how label maps, of the image or of the padded image, compare. */
function compare(name, mapOf) {
  const matrix = new ConfusionMatrix(network.classes.length);
  let differing = 0;
  let pixels = 0;
  for (const image of images) {
    const { height, width, predicted, labels } = image;
    const map = mapOf(image);
    const stride = map.length === height * width ? width : grid.width;
    const cropped = Uint8Array.from(
      predicted,
      (_, i) => map[Math.floor(i / width) * stride + (i % width)],
    );
    matrix.add(cropped, labels);
    differing += cropped.filter((label, i) => label !== predicted[i]).length;
    pixels += height * width;
  }
  const share = ((1e6 * differing) / pixels).toFixed(1);
  const { meanIou } = scores(matrix);
  console.log(
    `| ${name} | ${differing} of ${pixels} (${share} per million) | ${(100 * meanIou).toFixed(2)} % |`,
  );
}

console.log(
  `| format | pixels that differ from predict, ${count} images | mIoU |\n| --- | --- | --- |`,
);
compare('predict', ({ predicted }) => predicted);
for (const weights of ['float32', 'float16', 'uint8']) {
  const model = at(`graph-model-${weights}`);
  const { bytes } = await exportGraphModel(network, model, { size: 'any', weights });
  const json = JSON.parse(readFileSync(join(model, 'model.json'), 'utf8'));
  const loaded = await loadGraphModel({
    load: () =>
      tf.io.getModelArtifactsForJSON(json, (manifest) => {
        const files = manifest.flatMap(({ paths }) => paths);
        const content = Buffer.concat(files.map((file) => readFileSync(join(model, file))));
        return [manifest.flatMap((group) => group.weights), Uint8Array.from(content).buffer];
      }),
  });
  compare(
    `graph-model ${weights}, ${(bytes / 2 ** 20).toFixed(1)} MiB`,
    ({ height, width, numbers }) =>
      tf.tidy(() =>
        loaded.execute({ image: tf.tensor(numbers, [1, height, width, 3]) }, 'labels').dataSync(),
      ),
  );
  loaded.dispose();
}
execFileSync(python, [join(import.meta.dirname, 'compare_exports.py'), folder], {
  stdio: ['ignore', 'inherit', 'ignore'],
});
for (const name of readdirSync(at('labels')).sort()) {
  compare(name, (image) => {
    const bytes = readFileSync(join(folder, 'labels', name, `${image.name}.i32`));
    return new Int32Array(Uint8Array.from(bytes).buffer);
  });
}
network.dispose();
rmSync(folder, { recursive: true });
