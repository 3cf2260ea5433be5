import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { flatGrey } from '../helpers/png.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { writeTinyDataset } from '../training/tiny-dataset.js';
import { autodeeplabHere as autodeeplab } from './command-line.js';
import type { CliResult } from './compiled-cli.js';

const folder = temporaryFolder();
let runs = 0;

/** The smallest search there is, on the images of `root`. */
const search = (root: string, ...more: string[]) =>
  autodeeplab([
    ...['search', '--data', 'folder', '--root', root, '--out', path.join(folder, `run${runs++}`)],
    ...['--preset', 'tiny', '--layers', '2', '--blocks', '1', '--filter-multiplier', '1'],
    ...['--crop', '33', '--epochs', '2', '--workers', '0', '--validation-split', 'none', ...more],
  ]);

/** Images of which one file is replaced. */
async function dataWith(name: string, file: string, content: Uint8Array | string): Promise<string> {
  const root = await writeTinyDataset(path.join(folder, name), { train: 4, val: 1 });
  await writeFile(path.join(root, file), content);
  return root;
}

/** Exit code, and the last line as the only one that reports an error. */
function expectOneLine({ code, errors }: CliResult, exitCode: number, text: RegExp): void {
  expect({ code, last: errors.at(-1) }).toEqual({
    code: exitCode,
    last: expect.stringMatching(text) as string,
  });
  expect(errors.filter((line) => line.startsWith('error'))).toHaveLength(1);
  expect(errors.join('\n')).not.toMatch(/\n\s+at /); // no stack
}

describe('nothing to score', () => {
  it('is said before the training, with an exit code', async () => {
    const root = await dataWith('all-ignored', 'val_labels/0.png', flatGrey(44, 40, 255));
    expectOneLine(
      await search(root, '--validation-split', 'val'),
      1,
      /^error: validation on tiny, split val: expected pixels of a class to score, got 1 image in which/,
    );
  });
});

describe('the command line gives one clear line and a non-zero exit for', () => {
  it('a missing folder', async () => {
    const result = await search(path.join(folder, 'nowhere'));
    expectOneLine(result, 1, /^error: .*expected classes and splits .*nowhere/);
    const camvid = await autodeeplab([
      ...['search', '--data', 'camvid', '--root', path.join(folder, 'nowhere')],
      ...['--out', path.join(folder, 'unused')],
    ]);
    expectOneLine(camvid, 1, /^error: camvid: expected the folder .*nowhere/);
    expectOneLine(
      await autodeeplab(['evaluate', path.join(folder, 'nowhere')]),
      1,
      /^error: .*nowhere: expected the folder of a run/,
    );
  });

  it('an unreadable image', async () => {
    const root = await dataWith('unreadable', 'train/2.png', 'no image at all');
    expectOneLine(
      await search(root),
      1,
      /^error: .*got 1 of 2 that cannot: image .*train\/2\.png: expected a PNG, JPEG, WebP or TIFF/,
    );
  });

  it('a label value out of range', async () => {
    const root = await dataWith('labels', 'train_labels/1.png', flatGrey(44, 40, 7));
    expectOneLine(
      await search(root),
      1,
      /^error: .*: expected label values out of 0-2, 255, got .* 7 in 1 \(such as .*train_labels\/1\.png\)/,
    );
  });

  it('a label map of another size than its image, and a crop too small', async () => {
    const root = await dataWith('sizes', 'train_labels/1.png', flatGrey(44, 39, 1));
    expectOneLine(
      await search(root),
      1,
      /^error: .*got 1 of 2 that differ: label map .*1\.png: expected the size 44x40 of its image .*, got 44x39/,
    );
    const whole = await writeTinyDataset(path.join(folder, 'whole'), { train: 4, val: 1 });
    expectOneLine(
      await search(whole, '--crop', '9'),
      1,
      /^error: input size: expected at least 17 × 17 pixels.*got 9 × 9/,
    );
  });

  it('an unknown option, command, setting or value', async () => {
    const root = path.join(folder, 'whole');
    expectOneLine(
      await search(root, '--layer', '3'),
      2,
      /^error: unknown option '--layer' \(Did you mean --layers\?\) \(see --help\)$/,
    );
    expectOneLine(await autodeeplab(['serach']), 2, /^error: unknown command 'serach'/);
    const file = path.join(folder, 'options.json');
    await writeFile(file, '{ "layer": 3 }');
    expectOneLine(
      await search(root, '--config', file),
      1,
      /^error: search: expected options that there are, got "layer"; npx autodeeplab options search/,
    );
    await writeFile(file, '{ "momentum": 2 }');
    expectOneLine(
      await search(root, '--config', file),
      1,
      /^error: search momentum: expected a number ≥ 0 and < 1, got 2/,
    );
    expectOneLine(
      await search(root, '--epochs', 'many'),
      2,
      /^error: option '--epochs <n>'.*whole number ≥ 1, got "many"/,
    );
  });

  it('a loss that is not finite', async () => {
    const root = path.join(folder, 'whole');
    const result = await search(root, '--learning-rate', '1e30', '--clip-norm', 'none');
    expectOneLine(
      result,
      1,
      /^error: search: expected finite numbers, got a loss of NaN; the first layer .* is \S+, in epoch \d, step \d;.*failed\.safetensors.* --roll-backs 3/,
    );
  });

  it('a folder in use, a folder without a run to resume, and a damaged architecture', async () => {
    const root = path.join(folder, 'whole');
    const out = path.join(folder, 'used');
    await writeTinyDataset(out, { train: 1, val: 1 });
    const args = ['search', '--data', 'folder', '--root', root, '--preset', 'tiny', '--out', out];
    const small = ['--layers', '2', '--blocks', '1', '--crop', '33', '--workers', '0'];
    expectOneLine(
      await autodeeplab([...args, ...small]),
      1,
      /^error: .*expected a new or empty folder, got one with \d entries/,
    );
    expectOneLine(
      await autodeeplab([...args, '--resume']),
      1,
      /^error: .*expected the folder of a run/,
    );
    expectOneLine(
      await autodeeplab(['tutorial', '--out', out]),
      1,
      /^error: tutorial --out .*: expected a new folder, .*got one with/,
    );
    const file = path.join(folder, 'damaged.json');
    await writeFile(file, '{"version": 1}');
    expectOneLine(await autodeeplab(['cost', file]), 1, /^error: .*damaged\.json/);
    await rm(file);
    expectOneLine(await autodeeplab(['decode', file]), 1, /^error: cannot read .*damaged\.json/);
  });
});
