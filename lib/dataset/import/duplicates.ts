/** Images with the same bytes, which must not end up in two splits. */
import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { openFile } from '../../files/read-file.js';
import type { ExportItem } from './format.js';

async function digest({ image }: ExportItem): Promise<string> {
  const hash = createHash('sha256');
  if ('file' in image) {
    const handle = await openFile(image.file); // the stream closes it
    await pipeline(handle.createReadStream(), hash);
  } else {
    hash.update(await image.read());
  }
  return hash.digest('hex');
}

/**
 * The items that share their image with another one, by the digest of its bytes. Only files of the
 * same size are read.
 *
 * @throws the signal's reason if it is aborted
 */
export async function sameImages(
  items: readonly ExportItem[],
  signal: AbortSignal,
): Promise<ReadonlyMap<ExportItem, string>> {
  const bySize = new Map<number, ExportItem[]>();
  for (const item of items) {
    signal.throwIfAborted();
    // Bytes inside an annotation have no size before they are read.
    const size = 'file' in item.image ? (await stat(item.image.file)).size : -1;
    bySize.set(size, [...(bySize.get(size) ?? []), item]);
  }
  const digests = new Map<ExportItem, string>();
  for (const same of bySize.values()) {
    for (const item of same.length > 1 ? same : []) {
      signal.throwIfAborted();
      digests.set(item, await digest(item));
    }
  }
  const counts = new Map<string, number>();
  for (const text of digests.values()) {
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  return new Map([...digests].filter(([, text]) => (counts.get(text) ?? 0) > 1));
}
