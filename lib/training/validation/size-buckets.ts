/** Images sorted by the size that they are padded to, which follows from each image alone. */
import type { Sample } from '../../dataset/dataset.js';
import { readingSize, type Resolution } from '../../dataset/reading/geometry.js';
import { readImageHeader } from '../../dataset/reading/image-file.js';
import { abortable } from '../../interrupt.js';
import { paddedSize, type Size } from '../../size.js';
import type { LoopControl } from '../events.js';
import { occasionally } from '../occasionally.js';
import type { SizeBucket } from './evaluation-images.js';

/** Headers read at the same time. */
const PARALLEL_HEADERS = 8;

/** One bucket with all images. */
export function oneBucket(samples: readonly Sample[], size: Size): readonly SizeBucket[] {
  return [{ size, indices: [...samples.keys()] }];
}

/**
 * The images by padded size, the largest size first: each is read at the resolution and padded to
 * the smallest 32·k + 1 that holds it, whatever the sizes of the others.
 *
 * Deviation: the authors pad all images to one size that is given by hand (1025 × 2049 for
 * Cityscapes, 513 × 513 for VOC). It is the same for Cityscapes, whose images have one size.
 *
 * @param resolution - how large images are read
 * @throws {@link DataError} if the header of an image cannot be read
 * @throws the signal's reason if it is aborted
 */
export async function sizeBuckets(
  samples: readonly Sample[],
  resolution: Resolution,
  { signal, onProgress }: LoopControl = {},
): Promise<readonly SizeBucket[]> {
  const report = occasionally(onProgress, 'image sizes', samples.length);
  const buckets = new Map<string, { readonly size: Size; readonly indices: number[] }>();
  for (let first = 0; first < samples.length; first += PARALLEL_HEADERS) {
    signal?.throwIfAborted();
    const files = samples.slice(first, first + PARALLEL_HEADERS).map(({ imageFile }) => imageFile);
    const headers = await abortable(Promise.all(files.map(readImageHeader)), signal);
    for (const [i, header] of headers.entries()) {
      const size = paddedSize(readingSize(header.size, resolution));
      const key = `${size.height} ${size.width}`;
      const bucket = buckets.get(key) ?? { size, indices: [] };
      bucket.indices.push(first + i);
      buckets.set(key, bucket);
    }
    report(first + files.length);
  }
  const pixels = ({ size }: SizeBucket) => size.height * size.width;
  return [...buckets.values()].sort((a, b) => pixels(b) - pixels(a));
}
