/** Unpacks the zip files of Cityscapes, as downloaded: the members that the library reads. */
import path from 'node:path';
import { DataError } from '../../errors.js';
import { unzip } from '../../files/zip.js';
import { namesOf } from '../find-folder.js';
import type { PrepareOptions, PrepareReport } from '../kind.js';
import { listFolder } from '../reading/files.js';

/** The packages by the beginning of their names; what is needed lies in folders of that name. */
const PACKAGE = /^(?:leftImg8bit|gtFine|gtCoarse).*\.zip$/i;

/**
 * Images, and label maps as ids, train ids and instances; not the polygons and coloured pictures,
 * and no label maps of `test`, which hold nothing.
 */
const NEEDED = [
  /^leftImg8bit\/[\w-]+\/[\w-]+\/[\w-]+_leftImg8bit\.png$/,
  /^gtFine\/(?!test\/)[\w-]+\/[\w-]+\/[\w-]+_gtFine_(?:labelIds|labelTrainIds|instanceIds)\.png$/,
  /^gtCoarse\/[\w-]+\/[\w-]+\/[\w-]+_gtCoarse_(?:labelIds|labelTrainIds|instanceIds)\.png$/,
];

/**
 * Unpacks every package in a folder into that folder.
 *
 * @throws {@link DataError} if there is no package, or one is damaged
 */
export async function prepareCityscapes(options: PrepareOptions): Promise<PrepareReport> {
  const { root, verify, signal, onProgress } = options;
  const hint = 'pass the folder with the zip files of Cityscapes as root';
  const { files, folders } = await listFolder(root, 'cityscapes', hint);
  const packages = files.filter((file) => PACKAGE.test(file));
  if (packages.length === 0) {
    throw new DataError(
      `cityscapes: expected zip files such as leftImg8bit_trainvaltest.zip in ` +
        `${path.resolve(root)}, got ${namesOf([...folders, ...files])}; ${hint}`,
      root,
    );
  }
  let written = 0;
  let kept = 0;
  const remarks: string[] = [];
  for (const what of packages) {
    const result = await unzip(path.join(root, what), {
      place: (name) => (NEEDED.some((pattern) => pattern.test(name)) ? name : undefined),
      target: root,
      verify,
      signal,
      onMember: (done, total) => onProgress?.({ what, done, total }),
    });
    if (result.written + result.kept === 0) {
      throw new DataError(
        `cityscapes: expected images or label maps in ${what}, got ${result.skipped} members of ` +
          'other names; take the package from the download page of Cityscapes',
        path.join(root, what),
      );
    }
    written += result.written;
    kept += result.kept;
    remarks.push(
      `${what}: ${result.written} files unpacked, ${result.kept} were there, ` +
        `${result.skipped} members are not needed`,
    );
  }
  return { written, kept, remarks };
}
