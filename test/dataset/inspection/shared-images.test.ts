import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../helpers/temporary-folder.js';
import { BOTH, findingsOf, image, split, type Files } from './small-folders.js';

const root = temporaryFolder();

describe('images that training and validation share', () => {
  const train = split('train', [BOTH, BOTH, BOTH]);
  const val = split('val', [BOTH, BOTH]);

  it('are found under the same and under other names', async () => {
    const files = { ...train, ...val, 'val/val1.png': train['train/train2.png'] };
    expect(await findingsOf(path.join(root, 'copies'), files)).toEqual([
      'warning: fields: 1 of 2 images of val are in train too, such as train2 = val1; the validation ' +
        'scores what was trained on; remove them from one of the splits',
    ]);
    const lists = {
      ...train,
      'train.txt': 'train/train0.png train_labels/train0.png\n',
      'val.txt':
        './train//train0.png train_labels/train0.png\ntrain/train1.png train_labels/train1.png',
    };
    const splits = { train: { list: 'train.txt' }, val: { list: 'val.txt' } };
    expect(await findingsOf(path.join(root, 'lists'), lists, { splits })).toEqual([
      expect.stringMatching(
        /^warning: fields: 1 of 2 images of val are in train too, such as train0;/,
      ),
    ]);
  });

  it('are not those that only have the same name or the same size', async () => {
    const files = {
      'train/0.png': image(),
      'train_labels/0.png': BOTH,
      'val/0.png': image(),
      'val_labels/0.png': BOTH,
    };
    expect(await findingsOf(path.join(root, 'namesakes'), files)).toEqual([]);
  });

  it('are suspected where names differ only in spelling', async () => {
    const names = [
      ['a.png', 'A.PNG'],
      ['b.png', 'b.jpg'],
      ['caf\u00e9.png', 'cafe\u0301.png'],
      ['d 1.png', 'd1.png'],
    ];
    const both = names.flat().map((name) => [`all/${name}`, image()]);
    const list = (which: number) => names.map((pair) => `all/${pair[which]}\tlabel.png`).join('\n');
    const files = {
      ...(Object.fromEntries(both) as Files),
      'label.png': BOTH,
      'train.txt': list(0),
      'val.txt': list(1),
    };
    const splits = { train: { list: 'train.txt' }, val: { list: 'val.txt' } };
    expect(await findingsOf(path.join(root, 'spelling'), files, { splits })).toEqual([
      expect.stringMatching(
        /^warning: fields: 4 of 4 images of val differ from one of train only in the spelling of their names, such as a\.png = A\.PNG, b\.png = b\.jpg/,
      ),
    ]);
  });
});
