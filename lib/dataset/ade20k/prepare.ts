/** Makes label maps of the 150 classes from those of a full release of ADE20K. */
import path from 'node:path';
import { DataError } from '../../errors.js';
import { percent } from '../../text.js';
import { convertLabels } from '../convert-labels.js';
import type { PrepareOptions, PrepareReport } from '../kind.js';
import type { LabelMap } from '../pixels.js';
import { FileIndex } from '../reading/file-index.js';
import { readImageFile } from '../reading/image-file.js';
import { findFullRelease, listFullImages, preparedLabel } from './full-layout.js';
import { VALUE_OF_OBJECT } from './full-index.js';

/**
 * The label map of the 150 classes that a label map of objects stands for, in its own size: red and
 * green give the number of the object, R / 10 · 256 + G.
 *
 * Deviation: the benchmark also scales images and label maps to a shorter side of 512; here images
 * are scaled when they are read.
 *
 * @throws {@link DataError} if it is not such a label map
 */
export async function readObjectLabels(file: string): Promise<LabelMap> {
  const { height, width, data } = await readImageFile(file);
  const values = new Uint8Array(height * width);
  for (let i = 0; i < values.length; i++) {
    const red = data[3 * i];
    if (red % 10 !== 0) {
      throw new DataError(
        `label map ${file}: expected red in steps of 10, got ${red} at row ` +
          `${Math.floor(i / width)}, column ${i % width}; take the _seg.png of the download`,
        file,
      );
    }
    values[i] = VALUE_OF_OBJECT[(red / 10) * 256 + data[3 * i + 1]];
  }
  return { height, width, data: values };
}

/**
 * Writes `annotations_150/{training,validation}/<id>.png` for a full release.
 *
 * @throws {@link DataError} if there is no full release, or label maps are missing or wrong
 */
export async function prepareAde20k(options: PrepareOptions): Promise<PrepareReport> {
  const { root } = options;
  const release = await findFullRelease(root);
  if (release === undefined) {
    throw new DataError(
      `ade20k: expected images/training or images/ADE/training of a full release in ` +
        `${path.resolve(root)}, got neither; ADEChallengeData2016 needs no preparation, open it`,
      root,
    );
  }
  const index = new FileIndex();
  const remarks: string[] = [];
  let written = 0;
  let kept = 0;
  for (const place of ['training', 'validation']) {
    if (!(await index.has(path.join(release.folder, release.images, place)))) {
      continue;
    }
    const images = await listFullImages(release, place);
    let pixels = 0;
    let others = 0;
    const result = await convertLabels(
      images.map(({ id, objectFile }) => ({
        target: preparedLabel(release.folder, place, id),
        read: async () => {
          const labels = await readObjectLabels(objectFile);
          pixels += labels.data.length;
          others += labels.data.reduce((sum, value) => sum + (value === 0 ? 1 : 0), 0);
          return labels;
        },
      })),
      place,
      options,
    );
    written += result.written;
    kept += result.kept;
    const share = pixels > 0 ? `; ${percent(others / pixels)} of their pixels are no class` : '';
    remarks.push(
      `${place}: ${result.written} of ${images.length} label maps made, ${result.kept} were there` +
        share,
    );
  }
  return { written, kept, remarks };
}
