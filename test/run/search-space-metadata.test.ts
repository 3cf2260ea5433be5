import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DataError } from '../../lib/errors.js';
import { readHistory } from '../../lib/run/history.js';
import { HistoryWriter } from '../../lib/run/history-writer.js';
import {
  MAX_METADATA_BYTES,
  parseSearchSpace,
  SEARCH_SPACE_KEY,
  searchSpaceMetadata,
} from '../../lib/run/search-space-metadata.js';
import { completeShape, type SearchSpaceShape } from '../../lib/search-space/shape.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';

const shapes: fc.Arbitrary<SearchSpaceShape> = fc.record({
  layers: fc.integer({ min: 1, max: 30 }),
  levels: fc.integer({ min: 1, max: 6 }),
  firstLayer: fc.constantFrom('free', 'stride-4'),
  blocks: fc.integer({ min: 1, max: 8 }),
  operations: fc.array(fc.string({ minLength: 1, maxLength: 20, unit: 'grapheme' }), {
    minLength: 1,
    maxLength: 12,
  }),
});

describe('searchSpaceMetadata and parseSearchSpace', () => {
  it('give back what was written, and nothing for a run without a search space', () => {
    fc.assert(
      fc.property(shapes, (shape) => {
        expect(parseSearchSpace(searchSpaceMetadata(shape))).toEqual(shape);
      }),
    );
    expect(parseSearchSpace(searchSpaceMetadata(undefined))).toBeUndefined();
  });

  it('write only the shape of a larger configuration', () => {
    const config = { ...completeShape({}), epochs: 40, filterMultiplier: 8 };
    const text = searchSpaceMetadata(config).get(SEARCH_SPACE_KEY) ?? '';
    expect(JSON.parse(text)).toEqual(completeShape({}));
  });

  it.each([
    ['no JSON', '{"layers":12'],
    ['a list', '[]'],
    ['a missing field', JSON.stringify({ ...completeShape({}), levels: undefined })],
    ['an unknown field', JSON.stringify({ ...completeShape({}), epochs: 1 })],
    ['half a layer', JSON.stringify({ ...completeShape({}), layers: 0.5 })],
    ['no operations', JSON.stringify({ ...completeShape({}), operations: [] })],
  ])('refuse %s', (_, text) => {
    expect(parseSearchSpace(new Map([[SEARCH_SPACE_KEY, text]]))).toBeNull();
  });

  it('leave the metadata of other programs alone', () => {
    expect(parseSearchSpace(new Map([['pandas', '{}']]))).toBeUndefined();
  });
});

describe('the metadata in the bytes of a history', () => {
  const folder = temporaryFolder();

  async function historyOf(name: string, searchSpace: SearchSpaceShape): Promise<string> {
    const file = join(folder, name);
    const history = await HistoryWriter.open(file, 0, { searchSpace });
    history.add({ epoch: 0, step: 1, phase: 'weights', kind: 'step' });
    await history.close();
    return file;
  }

  it('holds a search space up to the longest', async () => {
    const size = (name: string) =>
      Buffer.byteLength(
        searchSpaceMetadata(completeShape({ operations: [name] })).get(SEARCH_SPACE_KEY) ?? '',
      );
    const operations = ['x'.repeat(MAX_METADATA_BYTES - size('x') + 1)];
    expect(size(operations[0])).toBe(MAX_METADATA_BYTES);
    const file = await historyOf('longest', completeShape({ operations }));
    expect((await readHistory(file)).searchSpace?.operations).toEqual(operations);
  });

  it('is met with an error, another shape or none when its bytes are wrong', async () => {
    const file = await historyOf('whole', completeShape({ layers: 3, blocks: 2 }));
    const bytes = readFileSync(file);
    const key = bytes.indexOf(SEARCH_SPACE_KEY);
    const json = bytes.indexOf('{"layers"');
    const last = Math.max(bytes.indexOf('}', json), key + SEARCH_SPACE_KEY.length);
    // The lengths and offsets of both texts stand before them; their tables stand close by.
    const place = fc.integer({ min: Math.max(0, Math.min(key, json) - 64), max: last + 64 });
    const values = fc.oneof(
      fc.uint8Array({ minLength: 1, maxLength: 2 }),
      fc.constantFrom(Uint8Array.of(255, 255, 255, 255), Uint8Array.of(255, 255, 255, 127)),
    );
    let wrong = 0;
    await fc.assert(
      fc.asyncProperty(place, values, async (at, change) => {
        const changed = Buffer.from(bytes);
        changed.set(change.subarray(0, bytes.length - at), at);
        writeFileSync(file, changed);
        try {
          const { rows, searchSpace } = await readHistory(file);
          expect(rows.length).toBeLessThanOrEqual(1);
          expect(searchSpace?.operations.length ?? 1).toBeGreaterThan(0);
        } catch (error) {
          expect(error).toBeInstanceOf(DataError);
          wrong++;
        }
      }),
      { numRuns: 500 },
    );
    expect(wrong).toBeGreaterThan(0);
  });
});
