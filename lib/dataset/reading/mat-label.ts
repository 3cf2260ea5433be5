/** Label maps in MATLAB files, as the Semantic Boundaries Dataset distributes them. */
import { DataError } from '../../errors.js';
import { readMatFile } from '../../files/mat/mat-file.js';
import type { MatValue } from '../../files/mat/values.js';
import type { LabelMap } from '../pixels.js';

/**
 * Reads the label map `GTcls.Segmentation` of a MATLAB file: a matrix of class values.
 *
 * Source: Hariharan et al., "Semantic Contours from Inverse Detectors" (2011), the files `cls/*.mat`
 * of its download. 0 is the background, 1 to 20 are the classes of VOC; there is no void border
 * around objects, as VOC's own label maps have one.
 *
 * @param maxPixels - larger label maps are refused
 * @throws {@link DataError} if the file is damaged or holds something else
 */
export function readMatLabel(bytes: Buffer, file: string, maxPixels: number): LabelMap {
  const fail = (expected: string, got: string, advice: string): DataError =>
    new DataError(`label map ${file}: expected ${expected}, got ${got}; ${advice}`, file);
  const variables = readMatFile(bytes, file);
  const found = variables.get('GTcls');
  const fields = found?.kind === 'struct' ? found.fields : undefined;
  const segmentation = fields?.get('Segmentation')?.[0];
  if (segmentation?.kind !== 'numeric' || segmentation.shape.length !== 2) {
    const got = found === undefined ? `variables ${[...variables.keys()].join(', ')}` : 'no matrix';
    throw fail('a matrix GTcls.Segmentation', got, 'take the folder cls of the download of SBD');
  }
  const [height, width] = segmentation.shape;
  if (height * width > maxPixels) {
    const advice = 'scale it down, or raise maxPixels';
    throw fail(`at most ${maxPixels} pixels`, `${width}x${height}`, advice);
  }
  const wrong = firstUnusable(segmentation);
  if (height * width === 0 || wrong !== undefined) {
    const got = wrong ?? `a matrix of ${width}x${height}`;
    throw fail('whole class values from 0 to 255', String(got), 'restore it from the download');
  }
  const data = new Uint8Array(height * width);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      data[y * width + x] = Number(segmentation.data[x * height + y]);
    }
  }
  return { height, width, data };
}

/** The first number that is no class value. */
function firstUnusable({ data }: MatValue & { readonly kind: 'numeric' }): number | undefined {
  for (const number of data) {
    const value = Number(number);
    if (!Number.isInteger(value) || value < 0 || value > 255) {
      return value;
    }
  }
  return undefined;
}
