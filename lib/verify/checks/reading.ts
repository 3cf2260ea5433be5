/** Pictures and label maps as this machine reads them, also in threads. */
import { IGNORE_LABEL, type LabelTable } from '../../dataset/dataset.js';
import type { BatchTask } from '../../dataset/loading/batch.js';
import { inThisThread, WorkerPool } from '../../dataset/loading/worker-pool.js';
import { AUTHORS_AUGMENTATION } from '../../dataset/reading/augment.js';
import { readImageFile } from '../../dataset/reading/image-file.js';
import { readLabelFile, toTrainIds } from '../../dataset/reading/label-file.js';
import type { Check, Row } from '../check.js';
import { differenceOf, rowOf, worst, type Difference } from '../difference.js';
import { readReference, referenceFile, type PictureCase } from '../reference.js';

const LABELS = 'labels.png';
const PICTURE = 'image.jpg';

/** The largest value of a pixel, to which differences are relative. */
const MOST = 255;

/**
 * A PNG has one decoding. Decoders of JPEG may round a value of the inverse transform, of a
 * colour, or of the doubled chroma the other way: three levels out of 255.
 */
const JPEG_TOLERANCE = 3 / MOST;

async function pictureDifference({
  file,
  height,
  width,
  pixels,
}: PictureCase): Promise<Difference> {
  const read = file === LABELS ? readLabelFile : readImageFile;
  const { data, ...size } = await read(referenceFile(file));
  return worst([
    differenceOf('height and width', [size.height, size.width], [height, width]),
    differenceOf('the pixels', data, pixels, MOST),
  ]);
}

/** A table that gives every label value another train id. */
function shiftedTable(classes: number): LabelTable {
  const trainIds = new Uint8Array(256).fill(IGNORE_LABEL);
  for (let value = 0; value < classes; value++) {
    trainIds[value] = (value + 1) % classes;
  }
  return { trainIds, unknownValues: [], colors: new Int32Array(256).fill(-1) };
}

async function trainIdDifference({ pixels }: PictureCase, classes: number): Promise<Difference> {
  const file = referenceFile(LABELS);
  const { data } = toTrainIds(await readLabelFile(file), shiftedTable(classes), file);
  const expected = pixels.map((value) => (value === IGNORE_LABEL ? value : (value + 1) % classes));
  return differenceOf('the train ids', data, expected, MOST);
}

/** A batch of random views of one sample. */
function batchTask(classes: number): BatchTask {
  const sample = {
    id: 'picture',
    imageFile: referenceFile(PICTURE),
    labelFile: referenceFile(LABELS),
  };
  const entries = [0, 1, 2].map((draw) => ({ sample, index: 0, draw, decoded: undefined }));
  return {
    entries,
    height: 17,
    width: 17,
    labelTable: shiftedTable(classes),
    seed: 1,
    epoch: 0,
    augment: AUTHORS_AUGMENTATION,
    fit: 'pad',
    resolution: 1,
    maxPixels: 1e4,
    keepDecoded: false,
  };
}

async function threadDifference(classes: number): Promise<Difference> {
  const task = batchTask(classes);
  const threads = new WorkerPool(2);
  try {
    const [expected, ...made] = await Promise.all(
      [inThisThread, threads, threads].map(async (maker) => (await maker.make(task)).batch),
    );
    return worst(
      made.flatMap((batch) => [
        differenceOf('the images', batch.images, expected.images),
        differenceOf('the labels', batch.labels, expected.labels),
      ]),
    );
  } finally {
    await threads.close();
  }
}

async function* run(): AsyncGenerator<Row> {
  const { cases, classes } = await readReference('pictures');
  for (const one of cases) {
    const tolerance = one.file.endsWith('.jpg') ? JPEG_TOLERANCE : 0;
    const compare = () => pictureDifference(one);
    yield await rowOf({
      what: `pixels of ${one.file}`,
      expectedFrom: 'Pillow',
      tolerance,
      compare,
    });
  }
  const labels = cases.find(({ file }) => file === LABELS)!;
  yield await rowOf({
    what: 'train ids of a label map',
    expectedFrom: 'the table of the classes',
    tolerance: 0,
    compare: () => trainIdDifference(labels, classes),
  });
  yield await rowOf({
    what: 'batches of two threads',
    expectedFrom: 'the main thread',
    tolerance: 0,
    compare: () => threadDifference(classes),
  });
}

/** Images, label maps and threads. */
export const readingCheck: Check = {
  name: 'reading',
  compares: 'decoded images and label maps with the pixels that Pillow reads',
  run,
};
