/** `sample.json`, the file that marks a folder of rendered pictures: they are not real images. */
import path from 'node:path';
import { z } from 'zod';
import { readJsonFile } from '../../files/json-file.js';
import type { CommonOptions } from '../kind.js';

/** The name of the file, in the root of a rendered sample. */
export const MARKER_NAME = 'sample.json';

/** The fields of the marker that tell it from other files and name its layout. */
export const markerShape = {
  generator: z.literal('autodeeplab street scenes'),
  /** The kind of dataset whose folders, formats and classes the sample has. */
  layout: z.string().min(1),
};

const schema = z.object(markerShape);

/** The kind of dataset that a rendered sample is laid out as; undefined if a folder holds none. */
export async function sampleLayout(root: string): Promise<string | undefined> {
  try {
    return schema.parse(await readJsonFile(path.join(root, MARKER_NAME))).layout;
  } catch {
    return undefined; // whatever is there instead was not written by this library
  }
}

/**
 * The name to display: that of the options, or of the kind, with `-sample` for rendered pictures.
 *
 * @param root - where the marker of a rendered sample lies
 */
export async function displayName(
  kind: string,
  { name }: CommonOptions,
  root: string,
): Promise<string> {
  return name ?? ((await sampleLayout(root)) === undefined ? kind : `${kind}-sample`);
}
