/** The search space in the metadata of a history, so that α and β keep their meaning. */
import { z } from 'zod';
import { ConfigError } from '../errors.js';
import type { SearchSpaceShape } from '../search-space/shape.js';

/** The key of the metadata. */
export const SEARCH_SPACE_KEY = 'autodeeplab.search-space';

/** The longest metadata, in bytes: names of some hundred operations. */
export const MAX_METADATA_BYTES = 16_384;

const count = z.int().min(1).max(10_000);

const schema: z.ZodType<SearchSpaceShape> = z.strictObject({
  layers: count,
  levels: count,
  firstLayer: z.enum(['free', 'stride-4']),
  blocks: count,
  operations: z.array(z.string().min(1)).min(1),
});

/**
 * The metadata of a history of a search; nothing for other runs.
 *
 * @throws {@link ConfigError} if it would be too long to be read
 */
export function searchSpaceMetadata(
  searchSpace: SearchSpaceShape | undefined,
): ReadonlyMap<string, string> {
  if (searchSpace === undefined) {
    return new Map();
  }
  const { layers, levels, firstLayer, blocks, operations } = searchSpace;
  const text = JSON.stringify({ layers, levels, firstLayer, blocks, operations });
  if (Buffer.byteLength(text) > MAX_METADATA_BYTES) {
    throw new ConfigError(
      `history: expected a search space of at most ${MAX_METADATA_BYTES} bytes, got ` +
        `${Buffer.byteLength(text)}; take fewer operations or shorter names`,
    );
  }
  return new Map([[SEARCH_SPACE_KEY, text]]);
}

/**
 * The search space in metadata.
 *
 * @returns undefined if there is none; null if there is one that cannot be read
 */
export function parseSearchSpace(
  metadata: ReadonlyMap<string, string>,
): SearchSpaceShape | undefined | null {
  const text = metadata.get(SEARCH_SPACE_KEY);
  if (text === undefined) {
    return undefined;
  }
  try {
    return schema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}
