/** The full releases of ADE20K, of 2016 and of 2021: images by scene, objects of 3,000 kinds. */
import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { ConfigError, DataError } from '../../errors.js';
import type { Sample } from '../dataset.js';
import { attempt, ListingProblem, type ListOptions } from '../listing.js';
import { FileIndex } from '../reading/file-index.js';
import { listFolder } from '../reading/files.js';

/** A full release on disk. */
export interface FullRelease {
  readonly folder: string;
  /** The folder of the splits below it. */
  readonly images: 'images' | 'images/ADE';
  /** The number of images of each split. */
  readonly counts: Readonly<Record<string, number>>;
}

/** Source: the download pages of both releases. */
const COUNTS = {
  images: { training: 20_210, validation: 2000 },
  'images/ADE': { training: 25_574, validation: 2000 },
} as const;

const RELEASES = ['ADE20K_2016_07_26', 'ADE20K_2021_17_01'];
const PREPARED = 'annotations_150';
const ANNOTATIONS = 'annotations';

/**
 * The full release in a folder, or below it by its usual name.
 *
 * @returns undefined if there is none, or the form of the benchmark instead
 * @throws {@link ConfigError} if there are both releases
 */
export async function findFullRelease(root: string): Promise<FullRelease | undefined> {
  const index = new FileIndex();
  const found: FullRelease[] = [];
  for (const folder of [root, ...RELEASES.map((name) => path.join(root, name))]) {
    if (await index.has(path.join(folder, ANNOTATIONS))) {
      continue;
    }
    for (const images of ['images/ADE', 'images'] as const) {
      const splits = ['training', 'validation'].map((name) => path.join(folder, images, name));
      if ((await index.has(splits[0])) || (await index.has(splits[1]))) {
        found.push({ folder, images, counts: COUNTS[images] });
        break;
      }
    }
  }
  if (found.length > 1) {
    throw new ConfigError(
      `ade20k: expected one release in ${root}, got ${RELEASES.join(' and ')}; pass one of them as ` +
        'root',
    );
  }
  return found[0];
}

/** Where the label map of the 150 classes is, once it is made. */
export function preparedLabel(folder: string, place: string, id: string): string {
  return path.join(folder, PREPARED, place, `${id}.png`);
}

/** An image of a full release, with its label map of objects. */
export interface FullImage {
  readonly id: string;
  readonly imageFile: string;
  readonly objectFile: string;
}

/**
 * The images of a split, by id.
 *
 * @param place - the folder of the split, such as `training`
 * @throws {@link DataError} if there is none; if two have the same name and nobody collects what is
 *   wrong
 */
export async function listFullImages(
  { folder, images }: FullRelease,
  place: string,
  options: ListOptions = {},
): Promise<readonly FullImage[]> {
  const top = path.join(folder, images, place);
  const found = new Map<string, FullImage>();
  const rest = [top];
  const seen = new Set<string>();
  for (let at = rest.pop(); at !== undefined; at = rest.pop()) {
    const { files, folders } = await listFolder(at, 'ade20k', 'unpack the whole download there');
    const real = await realpath(at);
    if (seen.has(real)) {
      continue; // a circle of links
    }
    seen.add(real);
    const add = (file: string): void => {
      const id = file.slice(0, -'.jpg'.length);
      const imageFile = path.join(at, file);
      if (found.has(id)) {
        throw new ListingProblem(
          'name',
          `ade20k: expected each image once, got ${id} in two folders of ${top}; remove one`,
          imageFile,
        );
      }
      found.set(id, { id, imageFile, objectFile: path.join(at, `${id}_seg.png`) });
    };
    for (const file of files.filter((name) => name.endsWith('.jpg'))) {
      await attempt(options, () => {
        add(file);
      });
    }
    // The release of 2021 has a folder of instances for each image.
    rest.push(...folders.filter((name) => !name.startsWith('ADE_')).map((f) => path.join(at, f)));
  }
  if (found.size === 0) {
    throw new DataError(`ade20k: expected images in ${top}, got none; unpack them there`, top);
  }
  return [...found.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

/**
 * The samples of a split, whose label maps have been made.
 *
 * @throws {@link DataError} if one has not been made and nobody collects what is wrong
 */
export async function listFullSamples(
  release: FullRelease,
  name: string,
  place: string,
  options: ListOptions = {},
): Promise<readonly Sample[]> {
  const index = new FileIndex();
  const samples: Sample[] = [];
  const complete = async ({ id, imageFile }: FullImage): Promise<void> => {
    const labelFile = preparedLabel(release.folder, place, id);
    if (!(await index.has(labelFile))) {
      throw new ListingProblem(
        'unlabelled',
        `${name}: expected the label map ${labelFile} of the 150 classes, got no such file; make ` +
          `it by \`npx autodeeplab data prepare ade20k --root ${release.folder}\``,
        labelFile,
      );
    }
    samples.push({ id, imageFile, labelFile });
  };
  for (const image of await listFullImages(release, place, options)) {
    await attempt(options, () => complete(image));
  }
  return samples;
}
