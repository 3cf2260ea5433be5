import { execFileSync } from 'node:child_process';
import { mkdir, symlink } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { DataError } from '../../lib/errors.js';
import { findInputs } from '../../lib/inference/inputs.js';
import { png } from '../helpers/png.js';
import { temporaryFolder, writeTree } from '../helpers/temporary-folder.js';

const folder = temporaryFolder();
const image = png({ width: 2, height: 1, values: [1, 2] });

/** Names and reasons, relative to the folder. */
async function search(root: string, out = path.join(folder, 'none')) {
  const { images, skipped } = await findInputs(root, out);
  return {
    images: images.map(({ file }) => path.relative(root, file)),
    skipped: Object.fromEntries(
      skipped.map(({ file, reason }) => [
        path.relative(root, file),
        reason.replaceAll(`${root}${path.sep}`, ''),
      ]),
    ),
  };
}

describe('findInputs', () => {
  it('finds images in folders and names the files of other formats', async () => {
    const root = await writeTree(path.join(folder, 'formats'), {
      'b.PNG': image,
      'a/c.jpeg': image,
      'a/d.webp': image,
      'a/e.tiff': image,
      'f.heic': '',
      'g.bmp': '',
      'h.pdf': '',
      README: '',
      '.hidden.png': image,
    });
    expect(await search(root)).toEqual({
      images: ['a/c.jpeg', 'a/d.webp', 'a/e.tiff', 'b.PNG'],
      skipped: {
        'f.heic': 'a .heic file; images are PNG, JPEG, WebP or TIFF files',
        'g.bmp': 'a .bmp file; images are PNG, JPEG, WebP or TIFF files',
        'h.pdf': 'a .pdf file; images are PNG, JPEG, WebP or TIFF files',
        README: 'a file without an extension; images are PNG, JPEG, WebP or TIFF files',
      },
    });
  });

  it('follows links to what is in the folder once, and names the others', async () => {
    const outside = await writeTree(path.join(folder, 'outside'), { 'o.png': image });
    const root = await writeTree(path.join(folder, 'links'), {
      'a/1.png': image,
      '.store/2.png': image,
      '.store/deep/3.png': image,
    });
    const link = (target: string, name: string) => symlink(target, path.join(root, name));
    await link('.store/2.png', 'two.png');
    await link('.store/deep', 'deep');
    await link('../.store/deep/3.png', 'a/three.png');
    await link('..', 'a/loop');
    await link('a', 'z');
    await link('itself.png', 'itself.png');
    await link('gone.png', 'broken.png');
    await link(outside, 'out');
    await link(path.join(outside, 'o.png'), 'o.png');
    const { images, skipped } = await search(root);
    expect(images).toEqual(['a/1.png', 'a/three.png', 'two.png']);
    expect(skipped).toEqual({
      'a/loop': expect.stringMatching(/^the same as .*links$/) as string,
      'deep/3.png': 'the same as a/three.png',
      z: 'the same as a',
      'itself.png': 'a link that leads to itself',
      'broken.png': 'a link that leads to nothing',
      out: expect.stringMatching(/^a link out of the folder, to .*outside; /) as string,
      'o.png': expect.stringMatching(/^a link out of the folder, to .*outside\/o\.png; /) as string,
    });
  });

  it('does not search the folder for the pictures, unless it is the input', async () => {
    const root = await writeTree(path.join(folder, 'within'), {
      'a.png': image,
      'out/b.png': image,
    });
    await symlink('out/b.png', path.join(root, 'c.png'));
    const out = path.join(root, 'out');
    expect(await search(root, out)).toEqual({
      images: ['a.png'],
      skipped: {
        out: 'the folder that the pictures are written to',
        'c.png': 'a link to the folder that the pictures are written to',
      },
    });
    expect((await search(root, root)).images).toEqual(['a.png', 'out/b.png']);
  });

  it.skipIf(process.platform === 'win32')('opens no pipe', async () => {
    const root = path.join(folder, 'pipes');
    await mkdir(root);
    execFileSync('mkfifo', [path.join(root, 'pipe.png')]);
    await expect(findInputs(root, folder)).rejects.toThrow(
      /pipe\.png \(neither a file nor a folder/,
    );
    await expect(findInputs(path.join(root, 'pipe.png'), folder)).rejects.toThrow(DataError);
  });

  it('refuses what is not there', async () => {
    await expect(findInputs(path.join(folder, 'nothing'), folder)).rejects.toThrow(DataError);
  });
});
