import { symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ClassEntry } from '../../../lib/dataset/folder/class-file.js';
import { openFolder, type FolderOptions } from '../../../lib/dataset/folder/folder.js';
import { openDataset } from '../../../lib/dataset/open-dataset.js';
import { ConfigError, DataError } from '../../../lib/errors.js';
import { flatGrey, flatRgb } from '../../helpers/png.js';
import { temporaryFolder, writeTree } from '../../helpers/temporary-folder.js';

const folder = temporaryFolder();
const image = flatRgb(4, 2, [10, 20, 30]);
const label = flatGrey(4, 2, 1);
const classes = [
  { name: 'soil', id: 0, color: '#102030' },
  { name: 'crop', id: [1, 3] },
  { name: 'unclear', id: 2, ignore: true },
];
const splits = { train: { images: 'images', labels: 'labels' } };

async function tree(
  name: string,
  more: Readonly<Record<string, string | Uint8Array>> = {},
): Promise<string> {
  return writeTree(path.join(folder, name), {
    'images/a.png': image,
    'images/b.JPG': 'listed, not read',
    'images/notes.txt': 'no image',
    'labels/a.png': label,
    'labels/b.png': label,
    ...more,
  });
}

async function failure(options: FolderOptions, split?: string): Promise<Error> {
  try {
    const dataset = await openDataset('folder', options);
    if (split !== undefined) {
      await dataset.samples(split);
    }
  } catch (error) {
    return error as Error;
  }
  throw new Error('expected a failure');
}

describe('the classes of a folder dataset', () => {
  it('get train ids in order, keep their colours, and ignored ones get none', async () => {
    const dataset = await openFolder({
      root: await tree('classes'),
      name: 'fields',
      classes,
      splits,
    });
    expect(dataset.name).toBe('fields');
    expect(dataset.classes.map(({ name, trainId }) => [name, trainId])).toEqual([
      ['soil', 0],
      ['crop', 1],
    ]);
    expect(dataset.classes[0].color).toEqual([0x10, 0x20, 0x30]);
    expect(dataset.classes[1].color).not.toEqual(dataset.classes[0].color);
    expect([...dataset.labelTable.trainIds.subarray(0, 4)]).toEqual([0, 1, 255, 1]);
    expect(dataset.labelTable.unknownValues).toEqual([...Array(255).keys()].slice(4));
  });

  it('are read from a class file or from dataset.json', async () => {
    const root = await tree('files', {
      'classes.json': JSON.stringify({ classes }),
      'dataset.json': JSON.stringify({ name: 'meadows', classes: 'classes.json', splits }),
    });
    const dataset = await openFolder({ root });
    expect(dataset.name).toBe('meadows');
    expect(dataset.classes).toHaveLength(2);
    expect(await dataset.samples('train')).toHaveLength(2);
  });

  it.each([
    ['a double id', [...classes, { name: 'path', id: 3 }], 'both "crop" and "path" have the id 3'],
    ['a double name', [...classes, { name: 'soil', id: 7 }], 'the class name "soil" occurs twice'],
    ['no class to learn', [classes[2]], 'all classes are ignored'],
    [
      'no room for the ignore label',
      Array.from({ length: 256 }, (_, id) => ({ name: `c${id}`, id })),
      'there are 256 classes, at most 255 fit',
    ],
  ])('are refused with %s', async (_, wrong, message) => {
    const error = await failure({ root: await tree('contradiction'), classes: wrong, splits });
    expect(error).toBeInstanceOf(ConfigError);
    expect(error.message).toContain(message);
  });

  const number = 'a whole number from 0 to 255 or a list of them';
  it.each([
    [{ name: 'soil', id: 1.5 }, `.id: the class "soil" with the id 1.5, not ${number}`],
    [{ name: 'soil', id: '1' }, `.id: the class "soil" with the id "1", not ${number}`],
    [{ name: 'soil', id: [1, 256] }, `.id: the class "soil" with the id [1,256], not ${number}`],
    [{ name: 'soil' }, `.id: the class "soil" with no id, not ${number}`],
    [{ id: 1 }, '.name: a class with no name, not a text that is not empty'],
    [
      { name: 'soil', id: 1, color: [1, 2] },
      '.color: the class "soil" with the color [1,2], not [red, green, blue] with whole numbers ' +
        'from 0 to 255 or a text such as "#8040ff"',
    ],
    [
      { name: 'soil', id: 1, ignore: 1 },
      '.ignore: the class "soil" with the ignore 1, not true or false',
    ],
    [
      { name: 'soil', id: 1, colour: 'red' },
      ': the class "soil" with the field "colour", not one of name, id, color, ignore',
    ],
    [5, ': 5, not a class such as { "name": "road", "id": 0 }'],
  ])('are refused with the class, field and value that are wrong: %j', async (entry, message) => {
    const own = [classes[0], entry];
    const described = await tree('described', {
      'dataset.json': JSON.stringify({ classes: own, splits }),
    });
    const root = await tree('entries', {
      'list.json': JSON.stringify(own),
      'fields.json': JSON.stringify({ classes: own }),
    });
    const document = await failure({ root: described });
    expect(document).toBeInstanceOf(DataError);
    expect(document.message).toBe(
      `${path.join(described, 'dataset.json')}: expected another form, got classes.1${message}; correct it`,
    );
    const list = await failure({ root, classes: 'list.json', splits });
    expect(list.message).toContain(`list.json: expected another form, got 1${message}`);
    const fields = await failure({ root, classes: 'fields.json', splits });
    expect(fields.message).toContain(`fields.json: expected another form, got classes.1${message}`);
    const options = await failure({ root, classes: own as ClassEntry[], splits });
    expect(options).toBeInstanceOf(ConfigError);
    expect(options.message).toContain(`got classes.1${message}`);
  });

  it('are refused with a clear place if their form is wrong', async () => {
    const root = await tree('form', {
      'classes.json': '[{ "name": "soil", "id": 300 }]',
      'broken.json': '[{ "name": ',
    });
    const number = await failure({ root, classes: 'classes.json', splits });
    expect(number).toBeInstanceOf(DataError);
    expect(number.message).toContain(path.join(root, 'classes.json'));
    const broken = await failure({ root, classes: 'broken.json', splits });
    expect(broken.message).toContain('broken.json: expected JSON, got ');
    const absent = await failure({ root, classes: 'absent.json', splits });
    expect(absent.message).toContain('absent.json: no such file or folder');
    const outside = await failure({ root, classes: '../classes.json', splits });
    expect(outside.message).toContain('expected a path inside');
    const unknown = await failure({ root, classes, splits, colour: 1 } as FolderOptions);
    expect(unknown).toBeInstanceOf(ConfigError);
    expect(unknown.message).toContain('colour');
    const nothing = await failure({ root });
    expect(nothing.message).toContain('expected classes and splits as options or in');
  });
});

describe('the splits of a folder dataset', () => {
  it('pair the images of a folder with the PNG of the same name in the label folder', async () => {
    const root = await tree('folders');
    const dataset = await openFolder({ root, classes, splits });
    expect(await dataset.samples('train')).toEqual([
      {
        id: 'a',
        imageFile: path.join(root, 'images/a.png'),
        labelFile: path.join(root, 'labels/a.png'),
      },
      {
        id: 'b',
        imageFile: path.join(root, 'images/b.JPG'),
        labelFile: path.join(root, 'labels/b.png'),
      },
    ]);
    await expect(dataset.samples('val')).rejects.toThrow(/expected a split out of train/);
  });

  it('have images of every format that is read', async () => {
    const names = ['a.png', 'b.jpg', 'c.JPEG', 'd.webp', 'e.tif', 'f.TIFF'];
    const root = await writeTree(path.join(folder, 'formats'), {
      'images/g.gif': 'not read',
      ...Object.fromEntries(
        names.flatMap((name) => [
          [`images/${name}`, image],
          [`labels/${name.replace(/\..*/, '.png')}`, label],
        ]),
      ),
    });
    const dataset = await openFolder({ root, classes, splits });
    const samples = await dataset.samples('train');
    expect(samples.map(({ imageFile }) => path.basename(imageFile))).toEqual(names);
    expect(samples.map(({ id }) => id)).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
    expect(samples[3].labelFile).toBe(path.join(root, 'labels/d.png'));
    const { train } = splits;
    const pattern = { train: { ...train, images: 'images/*.webp', labels: 'labels/*.png' } };
    const stars = await openFolder({ root, classes, splits: pattern });
    expect((await stars.samples('train')).map(({ id }) => id)).toEqual(['d']);
  });

  it('pair images and label maps by the text that the stars of two patterns stand for', async () => {
    const root = await writeTree(path.join(folder, 'patterns'), {
      'north/rgb/1_rgb.jpg': image,
      'south/rgb/1_rgb.jpg': image,
      'south/rgb/1_depth.jpg': image,
      'north/mask/1_mask.png': label,
      'south/mask/1_mask.png': label,
    });
    const train = { images: '*/rgb/*_rgb.jpg', labels: '*/mask/*_mask.png' };
    const dataset = await openFolder({ root, classes, splits: { train } });
    const samples = await dataset.samples('train');
    expect(samples.map(({ id }) => id)).toEqual(['north/1', 'south/1']);
    expect(samples[1].labelFile).toBe(path.join(root, 'south/mask/1_mask.png'));
  });

  it('may have no label maps', async () => {
    const root = await tree('unlabelled');
    const dataset = await openFolder({ root, classes, splits: { new: { images: 'images' } } });
    expect((await dataset.samples('new')).map(({ labelFile }) => labelFile)).toEqual([
      undefined,
      undefined,
    ]);
  });

  it('are read from a list, whose ids are the paths below the common folder', async () => {
    const root = await tree('lists', {
      'list.txt':
        '# two of them\r\n/old/place/images/b.JPG /old/place/labels/b.png\r\n\r\nimages/a.png\n',
    });
    const list = { list: 'list.txt', stripPrefix: '/old/place/' };
    const dataset = await openFolder({ root, classes, splits: { train: list } });
    expect(await dataset.samples('train')).toEqual([
      {
        id: 'b',
        imageFile: path.join(root, 'images/b.JPG'),
        labelFile: path.join(root, 'labels/b.png'),
      },
      { id: 'a', imageFile: path.join(root, 'images/a.png'), labelFile: undefined },
    ]);
  });

  it('take names with blanks from lists that are separated by tabs', async () => {
    const root = await tree('tabs', { 'images/my field.png': 'x', 'labels/my field.png': 'x' });
    await writeTree(root, { 'list.txt': 'images/my field.png\tlabels/my field.png\n' });
    const dataset = await openFolder({ root, classes, splits: { train: { list: 'list.txt' } } });
    expect((await dataset.samples('train'))[0].id).toBe('my field');
  });

  it.each([
    ['an absent image', 'images/c.png', 'line 1: expected the image'],
    ['an absent label map', 'images/a.png labels/z.png', 'expected the label map'],
    ['a third column', 'images/a.png labels/a.png 1', 'line 1: expected an image and a label map'],
    ['a path outside the root', '../secret.png', 'line 1: expected a path inside'],
    [
      'an absolute path elsewhere',
      '/etc/passwd',
      'got /etc/passwd, which lies outside; write it relative to that folder, or let stripPrefix',
    ],
    ['bytes that are no text', Buffer.from('images/\xe9.png', 'latin1'), 'at line 1, column 8'],
    ['the same image twice', 'images/a.png\nimages/a.png', 'expected one image per id'],
    ['nothing', '# empty', 'expected images that'],
  ])('are refused if a list names %s', async (_, content, message) => {
    const root = await tree('bad-lists', { 'list.txt': content });
    const options = { root, classes, splits: { train: { list: 'list.txt' } } };
    const error = await failure(options, 'train');
    expect(error).toBeInstanceOf(DataError);
    expect(error.message).toContain(message);
  });

  it('are read from lists in every form of text, with absolute paths inside the root', async () => {
    const root = await tree('forms');
    const text = `${root}/images/a.png ${root}/labels/a.png\r\nimages\\b.JPG labels\\b.png\r\n`;
    const expected = ['a', 'b'].map((id) => ({
      id,
      imageFile: path.join(root, `images/${id === 'a' ? 'a.png' : 'b.JPG'}`),
      labelFile: path.join(root, `labels/${id}.png`),
    }));
    const utf16 = Buffer.from(`\ufeff${text}`, 'utf16le');
    for (const bytes of [Buffer.from(`\ufeff${text}`), utf16, Buffer.from(utf16).swap16()]) {
      await writeFile(path.join(root, 'list.txt'), bytes);
      const dataset = await openFolder({ root, classes, splits: { train: { list: 'LIST.txt' } } });
      expect(await dataset.samples('train')).toEqual(expected);
    }
  });

  it('take absolute paths through a link to the root, and folders by their whole path', async () => {
    const root = await tree('real', {});
    const link = path.join(folder, 'link');
    await symlink(root, link);
    await writeFile(path.join(root, 'list.txt'), `${root}/images/a.png ${root}/labels/a.png`);
    const listed = { list: 'list.txt' };
    const whole = { images: `${link}/images`, labels: `${link}/labels/` };
    const dataset = await openFolder({ root: link, classes, splits: { listed, whole } });
    const [a] = await dataset.samples('listed');
    expect(a.labelFile).toBe(path.join(link, 'labels/a.png'));
    expect((await dataset.samples('whole')).map(({ id }) => id)).toEqual(['a', 'b']);
  });

  it('find names that the disk spells in another Unicode form or case', async () => {
    const [one, two] = ['\u00e9', 'e\u0301'];
    const root = await writeTree(path.join(folder, 'spelling'), {
      [`Images/${two}.JPG`]: image,
      [`labels/${one}.png`]: label,
      'list.txt': `images/${one}.jpg labels/${two}.png`,
    });
    const found = { id: one, imageFile: `Images/${two}.JPG`, labelFile: `labels/${one}.png` };
    for (const train of [
      { list: 'list.txt' },
      { images: 'images', labels: 'Labels' },
      { images: `images/${one}*.JPG`, labels: `labels/${two}*.png` },
    ]) {
      const dataset = await openFolder({ root, classes, splits: { train } });
      const [{ id, imageFile, labelFile = '' }] = await dataset.samples('train');
      expect({
        id: id === '' ? one : id, // the star stands for nothing
        imageFile: path.relative(root, imageFile),
        labelFile: path.relative(root, labelFile),
      }).toEqual(found);
    }
  });

  it('skip listed images that are absent if asked to', async () => {
    const root = await tree('skip', { 'list.txt': 'images/c.png labels/c.png\nimages/a.png' });
    const train = { list: 'list.txt', missing: 'skip' } as const;
    const dataset = await openFolder({ root, classes, splits: { train } });
    expect((await dataset.samples('train')).map(({ id }) => id)).toEqual(['a']);
  });

  it.each([
    [{ images: 'nowhere', labels: 'labels' }, DataError, 'got no such file or folder'],
    [{ images: 'labels/*.jpg' }, DataError, 'expected PNG, JPEG, WebP or TIFF images'],
    [{ images: 'images', labels: 'images' }, DataError, 'expected the label map'],
    [{ images: 'images/*', labels: 'labels' }, ConfigError, 'as many stars in labels'],
    [{ images: 'images', labels: 'labels/*.png' }, ConfigError, 'expected a folder for labels'],
    [{ images: '../*' }, DataError, 'expected a path inside'],
  ])('are refused if nothing fits %j', async (train, kind, message) => {
    const error = await failure({ root: await tree('bad'), classes, splits: { train } }, 'train');
    expect(error).toBeInstanceOf(kind);
    expect(error.message).toContain(message);
  });

  it('are refused if two images have the same name', async () => {
    const root = await tree('twins', { 'images/a.jpg': 'x' });
    const error = await failure({ root, classes, splits }, 'train');
    expect(error.message).toContain('expected one image per id, got several for "a"');
  });
});
