import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { PHOTOGRAPH } from '../../lib/dataset/photograph.js';
import { readImageFile } from '../../lib/dataset/reading/image-file.js';

it('the photograph can be read, is small, and has its author and licence beside it', async () => {
  const { file, author, licence } = PHOTOGRAPH;
  const { height, width, data } = await readImageFile(file);
  expect([height, width]).toEqual([300, 451]);
  const at = 3 * (110 * width + 180); // in a pupil, which is (20, 19, 14) in the PNG of scikit-image
  [20, 19, 14].forEach((value, k) => expect(Math.abs(data[at + k] - value)).toBeLessThan(5));
  expect((await stat(file)).size).toBeLessThan(150_000);
  const readme = await readFile(path.join(path.dirname(file), 'README.md'), 'utf8');
  expect(readme).toContain(author);
  expect(readme).toContain(licence.replace('-', ' '));
});
