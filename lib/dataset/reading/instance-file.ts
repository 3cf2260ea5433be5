/** Maps of things: 16-bit grey PNG files. */
import { DataError } from '../../errors.js';
import { deepPngValues, type DeepMap } from './deep-png.js';
import { readBytes } from './files.js';
import { readPngFile } from './png-file.js';

/**
 * Reads a map of things, such as `*_gtFine_instanceIds.png` of Cityscapes.
 *
 * @throws {@link DataError} if it is not a complete 16-bit grey PNG
 */
export async function readInstanceFile(file: string): Promise<DeepMap> {
  const bytes = await readBytes(file, 'map of instances');
  const fail = (got: string): DataError =>
    new DataError(
      `map of instances ${file}: expected a complete 16-bit grey PNG, got ${got}; restore it from ` +
        'the download',
      file,
    );
  const png = readPngFile(bytes);
  if (typeof png === 'string') {
    throw fail(png);
  }
  if (png.depth !== 16 || png.colorType !== 0) {
    throw fail(`one of ${png.depth} bits and colour type ${png.colorType}`);
  }
  const map = await deepPngValues(bytes);
  if (typeof map === 'string') {
    throw fail(map);
  }
  return map;
}
