import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { DataError } from '../../lib/errors.js';
import { readJsonElements } from '../../lib/files/json-elements.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';

const folder = temporaryFolder();
let files = 0;

/** The elements of a text, as a file. */
async function elementsOf(text: string, signal?: AbortSignal): Promise<[string, unknown][]> {
  const file = path.join(folder, `${files++}.json`);
  await writeFile(file, text);
  const found: [string, unknown][] = [];
  await readJsonElements(file, (list, element) => found.push([list, element]), signal);
  return found;
}

describe('readJsonElements', () => {
  it('gives what JSON.parse finds, whatever stands in strings', async () => {
    const document = {
      info: { description: 'not a list', 'a]}': ['"'] },
      images: [{ name: 'a ] } , { [ "quoted" \\', nested: { list: [[1, 2], []] } }, {}],
      text: 'annotations',
      'größe "x"': [{ id: 1, label: '\u2028ü\\"' }],
      empty: [],
      numbers: [1, 2, 3],
    };
    for (const text of [JSON.stringify(document), JSON.stringify(document, null, 2)]) {
      const found = await elementsOf(text);
      const expected = [
        ...document.images.map((element) => ['images', element]),
        ['größe \\"x\\"', document['größe "x"'][0]],
      ];
      expect(found.filter(([list]) => list !== 'info')).toEqual(expected);
    }
  });

  it('reads elements and names that lie across the pieces of the file', async () => {
    const filler = 'x'.repeat(2 ** 20 - 30);
    for (let shift = 0; shift < 60; shift++) {
      const text = JSON.stringify({ a: filler + 'y'.repeat(shift), images: [{ id: shift }] });
      expect(await elementsOf(text)).toEqual([['images', { id: shift }]]);
    }
  });

  it.each([
    ['nothing', '', /expected complete JSON, got an end after 0 bytes/],
    [
      'a file that is cut off',
      '{"images": [{"id": 1}, {"id"',
      /got an end after 28 bytes; restore/,
    ],
    [
      'an element that is none',
      '{"images": [{id: 1}]}',
      /expected JSON in "images", got \{id: 1\}/,
    ],
  ])('refuses %s', async (_, text, message) => {
    const error = await elementsOf(text).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(DataError);
    expect((error as Error).message).toMatch(message);
  });

  it('refuses an element that is too long, a missing file, and stops on request', async () => {
    const long = `{"images": [{"id": "${'x'.repeat(2 ** 24)}"}]}`;
    await expect(elementsOf(long)).rejects.toThrow(
      /elements of at most 16777216 bytes in "images"/,
    );
    const gone = readJsonElements(path.join(folder, 'gone.json'), () => undefined);
    await expect(gone).rejects.toThrow(/cannot read .*gone\.json: no such file/);
    const reason = new Error('enough');
    await expect(elementsOf('{"a": [{}]}', AbortSignal.abort(reason))).rejects.toBe(reason);
  });
});
