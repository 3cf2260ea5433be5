import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { FileIndex } from '../../../lib/dataset/reading/file-index.js';
import { DataError } from '../../../lib/errors.js';
import { temporaryFolder, writeTree } from '../../helpers/temporary-folder.js';

/** Two spellings of one name: é as one character, and as e with an accent. */
const ONE = 'all\u00e9e.png';
const TWO = 'alle\u0301e.png';

const root = await writeTree(temporaryFolder(), {
  [`Images/${TWO}`]: '',
  'Images/IMG_1.JPG': '',
  'Images/b.png': '',
  'Images/B.png': '',
  'Images/c.png': '',
  'Images/C.png': '',
  [`both/${ONE}`]: '',
  [`both/${TWO}`]: '',
  [`near/${TWO}`]: '',
  [`near/${ONE.toUpperCase()}`]: '',
});
const find = (name: string) => new FileIndex().find(path.join(root, name));
const at = (name: string) => path.join(root, name);

describe('FileIndex', () => {
  it('finds what there is', async () => {
    expect(await find('Images/b.png')).toBe(at('Images/b.png'));
    expect(await find('Images/B.png')).toBe(at('Images/B.png'));
    expect(await find(`both/${ONE}`)).toBe(at(`both/${ONE}`));
    expect(await find('Images')).toBe(at('Images'));
    expect(await find('Images/d.png')).toBeUndefined();
    expect(await find('nowhere/d.png')).toBeUndefined();
  });

  it('finds a name in another Unicode form or case, in folders too', async () => {
    expect(await find(`Images/${ONE}`)).toBe(at(`Images/${TWO}`));
    expect(await find('Images/img_1.jpg')).toBe(at('Images/IMG_1.JPG'));
    expect(await find(`images/${ONE.toUpperCase()}`)).toBe(at(`Images/${TWO}`));
  });

  it('prefers a difference in the Unicode form to one in the case', async () => {
    expect(await find(`near/${ONE}`)).toBe(at(`near/${TWO}`));
  });

  it('refuses to find one file by two names, which would count it twice', async () => {
    const index = new FileIndex();
    await index.find(at('images/img_1.jpg'));
    await index.find(at('Images/img_1.jpg'));
    await expect(index.find(at('images/IMG_1.JPG'))).rejects.toThrow(
      `${at('images/IMG_1.JPG')}: expected a file of its own, got ${at('Images/IMG_1.JPG')}, which ` +
        'stands for img_1.jpg already; add the file, or spell both names alike',
    );
  });

  it('refuses to choose among several', async () => {
    await expect(find('images/c.PNG')).rejects.toThrow(DataError);
    await expect(find('images/c.PNG')).rejects.toThrow(
      /c\.PNG: expected one file of this name, got (C\.png and c|c\.png and C)\.png, which differ in case or Unicode form only; rename or remove one/,
    );
  });
});
