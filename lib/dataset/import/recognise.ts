/** Which format a folder has. */
import { ConfigError, DataError } from '../../errors.js';
import { namesOf } from '../find-folder.js';
import type { ImportFormat } from './format.js';
import { IMPORT_FORMATS } from './formats.js';
import { baseName, type ExportTree } from './tree.js';

/** A format, and why the folder has it. */
export interface RecognisedFormat {
  readonly format: ImportFormat;
  readonly why: string;
}

/** Exports that are known and not read, with the one to take instead. */
const OTHERS: readonly (readonly [RegExp, string])[] = [
  [
    /^annotations\.xml$/,
    'annotations.xml is "CVAT for images": export "Segmentation mask 1.1" or "COCO 1.0"',
  ],
  [/^panoptic_.*\.json$/, 'panoptic COCO is not read: export instances or stuff'],
  [/^data\.ya?ml$/, 'data.yaml is YOLO: export masks or COCO'],
];

/**
 * The format of an export.
 *
 * @param name - the format that the user says it is
 * @throws {@link ConfigError} if there is no format of that name, or several fit
 * @throws {@link DataError} if none fits, with what was looked for
 */
export async function recogniseFormat(
  tree: ExportTree,
  name: string | undefined,
): Promise<RecognisedFormat> {
  if (name !== undefined) {
    const format = IMPORT_FORMATS.find((one) => one.name === name);
    if (format === undefined) {
      const names = IMPORT_FORMATS.map((one) => one.name).join(', ');
      throw new ConfigError(`format: expected one of ${names}, got "${name}"`);
    }
    return { format, why: 'as the option format says' };
  }
  const found: RecognisedFormat[] = [];
  for (const format of IMPORT_FORMATS) {
    const why = await format.recognise(tree);
    if (why !== undefined) {
      found.push({ format, why });
    }
  }
  if (found.length > 1) {
    const list = found.map(({ format, why }) => `${format.name} (${why})`).join('; ');
    throw new ConfigError(
      `${tree.root}: expected one export, got signs of ${found.length}: ${list}; name one of them ` +
        'as format, or pass the folder that holds it alone',
    );
  }
  if (found.length === 0) {
    throw unknownFormat(tree);
  }
  return found[0];
}

function unknownFormat({ root, files }: ExportTree): DataError {
  const other = OTHERS.find(([pattern]) => files.some((file) => pattern.test(baseName(file))));
  const looked = IMPORT_FORMATS.map(({ name, looksFor }) => `${name}: ${looksFor}`).join('; ');
  const advice = other?.[1] ?? 'pass the folder that the tool exported, unpacked';
  return new DataError(
    `${root}: expected the export of a labelling tool, got ${namesOf(files)}; ${advice}. Looked ` +
      `for ${looked}`,
    root,
  );
}
