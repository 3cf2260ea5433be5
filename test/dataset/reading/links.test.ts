import { mkdir, rename, symlink } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { openDataset, reopenDataset } from '../../../lib/dataset/open-dataset.js';
import { DataError } from '../../../lib/errors.js';
import { autodeeplabHere } from '../../cli/command-line.js';
import { flatGrey, flatRgb } from '../../helpers/png.js';
import { temporaryFolder, writeTree } from '../../helpers/temporary-folder.js';

const folder = temporaryFolder();
const DOCUMENT = JSON.stringify({
  classes: [{ name: 'soil', id: 0 }],
  splits: { train: { images: 'images', labels: 'labels' }, listed: { list: 'list.txt' } },
});

let trees = 0;

/** A dataset in a folder, another folder beside it. */
async function tree(): Promise<{ root: string; other: string }> {
  const top = path.join(folder, String(trees++));
  const root = await writeTree(path.join(top, 'data'), {
    'dataset.json': DOCUMENT,
    'images/a.png': flatRgb(2, 2, [1, 2, 3]),
    'labels/a.png': flatGrey(2, 2, 0),
    'list.txt': 'images/a.png labels/a.png\n',
  });
  const other = path.join(top, 'other');
  await mkdir(other);
  return { root, other };
}

/** Moves a file or folder to another place and links it from where it was. */
async function moveAndLink(from: string, to: string): Promise<void> {
  await rename(from, to);
  await symlink(to, from);
}

const samples = async (root: string, split = 'train', more: object = {}) =>
  (await openDataset('folder', { root, ...more })).samples(split);

describe('links out of a dataset', () => {
  it.each([
    ['an image', 'images/a.png', 'train'],
    ['a label map', 'labels/a.png', 'train'],
    ['a folder of images', 'images', 'train'],
    ['a folder of label maps', 'labels', 'listed'],
    ['a list', 'list.txt', 'listed'],
    ['the description', 'dataset.json', 'train'],
  ])('are refused: %s, and taken when allowed', async (_, name, split) => {
    const { root, other } = await tree();
    const target = path.join(other, path.basename(name));
    await moveAndLink(path.join(root, name), target);
    const failure = (await samples(root, split).catch((error: unknown) => error)) as DataError;
    expect(failure).toBeInstanceOf(DataError);
    expect(failure.message).toBe(
      `${path.join(root, name)}: expected a file inside ${root}, got a symbolic link to ${target}, which ` +
        'lies outside; copy the files, or allow such links with the option followLinks if the dataset is yours',
    );
    expect(failure.file).toBe(path.join(root, name));
    expect(await samples(root, split, { followLinks: true })).toHaveLength(1);
  });

  it('are no links of the root itself, and no links inside of it', async () => {
    const { root, other } = await tree();
    const link = path.join(other, 'link');
    await symlink(root, link);
    await symlink('a.png', path.join(root, 'images/b.png'));
    await symlink(path.join(root, 'labels/a.png'), path.join(root, 'labels/b.png'));
    expect((await samples(link)).map(({ id }) => id)).toEqual(['a', 'b']);
  });

  it('are refused where they go through several links, or up and down again', async () => {
    const { root, other } = await tree();
    await writeTree(other, { 'x.png': flatRgb(2, 2, [1, 2, 3]) });
    await symlink('../other/x.png', path.join(root, 'first.png'));
    await symlink('../first.png', path.join(root, 'images/b.png'));
    await symlink('a.png', path.join(root, 'labels/b.png'));
    await expect(samples(root)).rejects.toThrow(/images\/b\.png: expected a file inside/);
  });

  it('are named by reading where they lead to nothing or in circles', async () => {
    const { root } = await tree();
    await symlink('b.png', path.join(root, 'images/b.png'));
    await symlink('a.png', path.join(root, 'labels/b.png'));
    await expect(samples(root)).resolves.toHaveLength(2);
  });

  it('stay allowed when a dataset is opened again, or are allowed then', async () => {
    const { root, other } = await tree();
    await moveAndLink(path.join(root, 'images'), path.join(other, 'images'));
    const dataset = await openDataset('folder', { root, followLinks: true });
    expect(dataset.description.options.followLinks).toBe(true);
    const again = await reopenDataset(dataset.description);
    expect(await again.samples('train')).toHaveLength(1);
    const strict = await openDataset('folder', { root });
    expect(strict.description.options).not.toHaveProperty('followLinks');
    const now = await reopenDataset(strict.description, { followLinks: true });
    expect(await now.samples('train')).toHaveLength(1);
  });

  it('are checked for every kind, and the option is checked', async () => {
    const { root, other } = await tree();
    await writeTree(root, {
      'VOC2012/JPEGImages/a.jpg': flatRgb(2, 2, [1, 2, 3]),
      'VOC2012/SegmentationClass/a.png': flatGrey(2, 2, 0),
      'VOC2012/ImageSets/Segmentation/train.txt': 'a\n',
      'VOC2012/ImageSets/Segmentation/val.txt': 'a\n',
    });
    const voc = path.join(root, 'VOC2012');
    const open = (more: object = {}) => openDataset('voc', { root: voc, ...more });
    await expect((await open()).samples('val')).resolves.toHaveLength(1);
    const list = 'ImageSets/Segmentation/train.txt';
    await moveAndLink(path.join(voc, list), path.join(other, 'train.txt'));
    await expect((await open()).samples('train')).rejects.toThrow('which lies outside');
    await moveAndLink(path.join(voc, 'JPEGImages/a.jpg'), path.join(other, 'a.jpg'));
    await expect((await open()).samples('val')).rejects.toThrow(/a\.jpg: expected a file inside/);
    await expect((await open({ followLinks: true })).samples('train')).resolves.toHaveLength(1);
    await expect(open({ followLinks: 'yes' })).rejects.toThrow(/followLinks/);
  });

  it('are allowed on the command line with the flag that the error names', async () => {
    const { root, other } = await tree();
    await moveAndLink(path.join(root, 'images'), path.join(other, 'images'));
    const args = ['search', '--data', root, '--preset', 'tiny', '--out', path.join(other, 'run')];
    const refused = await autodeeplabHere(args);
    expect(refused.code).toBe(1);
    expect(refused.errors.at(-1)).toMatch(
      /got a symbolic link to .*allow such links with --follow-links/,
    );
    const allowed = await autodeeplabHere([...args, '--follow-links']);
    expect(allowed.errors.join('\n')).not.toContain('symbolic link');
  });
});
