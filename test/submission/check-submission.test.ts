/** Every violation of the servers' rules is found, in folders and archives written by hand. */
import { execFileSync } from 'node:child_process';
import { copyFile, cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { describeSubmission } from '../../lib/cli/submission.js';
import type { Dataset } from '../../lib/dataset/dataset.js';
import { openDataset } from '../../lib/dataset/open-dataset.js';
import { DataError } from '../../lib/errors.js';
import { checkSubmission } from '../../lib/submission/check-submission.js';
import { flatGrey, flatRgb, png } from '../helpers/png.js';
import { temporaryFolder, writeTree } from '../helpers/temporary-folder.js';
import { zip } from '../helpers/zip.js';

const LAYOUTS = ['cityscapes', 'voc', 'ade20k'] as const;
type Layout = (typeof LAYOUTS)[number];

const folder = temporaryFolder();
const at = (...names: string[]) => path.join(folder, ...names);
const size = { height: 32, width: 48 };
const image = flatRgb(48, 32, [9, 9, 9]);
const datasets = {} as Record<Layout, Dataset>;
const IDS: Record<Layout, readonly string[]> = {
  cityscapes: [0, 1, 2].map((n) => `bonn_00000${n}_000019`),
  voc: ['2007_000001', '2007_000002', '2007_000003'],
  ade20k: [1, 2, 3].map((n) => `ADE_val_0000000${n}`),
};
const NAMES: Record<Layout, (id: string) => string> = {
  cityscapes: (id) => `${id}.png`,
  voc: (id) => `results/VOC2012/Segmentation/comp6_val_cls/${id}.png`,
  ade20k: (id) => `${id}.png`,
};
const VALUES = { cityscapes: '7-8, 11-13, 17, 19-28, 31-33', voc: '0-20', ade20k: '1-150' };

/** The files of an image: its picture and its label map, which does not matter here. */
const FILES: Record<Layout, (id: string) => Record<string, Buffer>> = {
  cityscapes: (id) => ({
    [`leftImg8bit/val/bonn/${id}_leftImg8bit.png`]: image,
    [`gtFine/val/bonn/${id}_gtFine_labelIds.png`]: flatGrey(48, 32, 7),
  }),
  voc: (id) => ({
    [`VOC2012/JPEGImages/${id}.jpg`]: image,
    [`VOC2012/SegmentationClass/${id}.png`]: flatGrey(48, 32, 1),
  }),
  ade20k: (id) => ({
    [`ADEChallengeData2016/images/validation/${id}.jpg`]: image,
    [`ADEChallengeData2016/annotations/validation/${id}.png`]: flatGrey(48, 32, 1),
  }),
};

const archiveOf = (layout: Layout) => at(`${layout}-good.${layout === 'voc' ? 'tgz' : 'zip'}`);

/** A label map as the server takes it: one value, or what the changes say. */
function map(layout: Layout, value: number, changes = {}): Buffer {
  const gray = Array.from({ length: 256 }, () => [1, 2, 3] as const);
  return png({
    ...size,
    ...(layout === 'voc' ? { colorType: 3, palette: gray } : {}),
    values: new Uint8Array(size.height * size.width).fill(value),
    ...changes,
  });
}

/** The good files of a server by their names. */
const goodFiles = (layout: Layout): Record<string, Buffer> =>
  Object.fromEntries(
    IDS[layout].map((id, n) => [NAMES[layout](id), map(layout, [7, 33, 11][n] % 21 || 1)]),
  );

beforeAll(async () => {
  for (const layout of LAYOUTS) {
    const files = Object.assign({}, ...IDS[layout].map(FILES[layout])) as Record<string, Buffer>;
    const lists = IDS.voc.map((id) => `${id}\n`);
    const root = await writeTree(at(layout), {
      ...files,
      'VOC2012/ImageSets/Segmentation/val.txt': lists.join(''),
      'VOC2012/ImageSets/Segmentation/test.txt': lists[0],
    });
    datasets[layout] = await openDataset(layout, { root });
    const good = goodFiles(layout);
    await writeTree(at(`${layout}-good`), good);
    if (layout === 'voc') {
      execFileSync('tar', ['-czf', at('voc-good.tgz'), '-C', at('voc-good'), 'results']);
    } else {
      const members = Object.entries(good).map(([name, content]) => ({ name, content }));
      await writeFile(at(`${layout}-good.zip`), zip(members));
    }
  }
});

/** What a check of a spoiled copy of good files finds: rules, files and problems. */
async function problemsOf(
  layout: Layout,
  spoil: (copy: string, ids: readonly string[]) => Promise<unknown>,
): Promise<string[]> {
  const copy = at(`${layout}-spoiled`);
  await rm(copy, { recursive: true, force: true });
  await cp(at(`${layout}-good`), copy, { recursive: true });
  const dataset = datasets[layout];
  await spoil(copy, IDS[layout]);
  const { problems, isGood } = await checkSubmission({ path: copy, dataset, split: 'val' });
  expect(isGood).toBe(problems.length === 0);
  return problems.map(({ rule, file, problem }) => `${rule} ${file}: ${problem}`);
}

describe.each(LAYOUTS)('a check of files for the server of %s', (layout) => {
  const name = NAMES[layout];
  const values = VALUES[layout];
  const [least] = values.split(/\D+/).map(Number);
  const replaced = (content: (ids: readonly string[]) => Buffer) =>
    problemsOf(layout, (copy, ids) => writeFile(path.join(copy, name(ids[1])), content(ids)));
  it('finds nothing wrong with good files, in a folder or an archive', async () => {
    const dataset = datasets[layout];
    for (const given of [at(`${layout}-good`), archiveOf(layout)]) {
      const check = await checkSubmission({ path: given, dataset, split: 'val' });
      expect(check).toMatchObject({ isGood: true, images: 3, files: 3, problems: [] });
      expect(describeSubmission(check)).toMatch(/^3 files for 3 images: as the evaluation server/);
    }
  });

  it('finds a missing file, one too many, and one of another name', async () => {
    const ids = IDS[layout];
    expect(await problemsOf(layout, (copy) => rm(path.join(copy, name(ids[2]))))).toEqual([
      `missing ${name(ids[2])}: expected a file for the image ${ids[2]}, got none`,
    ]);
    const [extra] = await problemsOf(layout, (copy) =>
      writeFile(path.join(copy, path.dirname(name('x')), '.DS_Store'), 'x'),
    );
    expect(extra).toBe(
      `extra ${path.join(path.dirname(name('x')), '.DS_Store')}: expected files such as ${name(ids[0])}, ` +
        'one per image of val, got another',
    );
    const renamed = await problemsOf(layout, (copy) =>
      cp(path.join(copy, name(ids[0])), path.join(copy, name('other'))).then(() =>
        rm(path.join(copy, name(ids[0]))),
      ),
    );
    expect(renamed.map((line) => line.split(' ')[0])).toEqual(['extra', 'missing']);
  });

  it('finds other kinds of PNG', async () => {
    const id = IDS[layout][1];
    const wanted = layout === 'voc' ? 'indices into a palette' : 'one channel of 8 bits';
    const pixels = size.height * size.width;
    const expected = (got: string) => [
      `format ${name(id)}: expected a PNG of ${wanted}, got ${got} bits per channel`,
    ];
    expect(await replaced(() => flatRgb(48, 32, [7, 7, 7]))).toEqual(expected('RGB, 8'));
    const alpha = { ...size, values: new Uint8Array(2 * pixels).fill(7), colorType: 4 } as const;
    expect(await replaced(() => png(alpha))).toEqual(expected('grey with alpha, 8'));
    const deep = { ...size, values: new Uint16Array(pixels).fill(7), depth: 16 } as const;
    expect(await replaced(() => png(deep))).toEqual(expected('grey, 16'));
    const coarse = { ...size, values: new Uint8Array(pixels).fill(7), depth: 4 } as const;
    expect(await replaced(() => png(coarse))).toEqual(expected('grey, 4'));
    const grey = await replaced(() => png({ ...size, values: new Uint8Array(pixels).fill(least) }));
    expect(grey).toEqual(layout === 'voc' ? expected('grey, 8') : []);
    expect(await replaced(() => Buffer.from('GIF89a'))).toEqual([
      `format ${name(id)}: expected a complete PNG file, got a file of another kind; write it again`,
    ]);
    const [cut] = await replaced(() => map(layout, least).subarray(0, 60));
    expect(cut).toMatch(/expected a complete PNG file, got a PNG that is cut off/);
  });

  it('finds another size and values that the server does not know', async () => {
    const id = IDS[layout][1];
    const turned = { width: 32, height: 48 };
    expect(await replaced(() => map(layout, least, turned))).toEqual([
      `size ${name(id)}: expected 48x32 pixels as its image, got 32x48`,
    ]);
    const ofValues = (list: number[]) =>
      replaced(() =>
        map(layout, 0, {
          values: Array.from({ length: 48 * 32 }, (_, i) => list[i % list.length]),
        }),
      );
    const wrong = `values ${name(id)}: expected values out of ${values}, got`;
    const others = {
      cityscapes: [[7, 34], `${wrong} 34`],
      voc: [[0, 20, 21, 255], `${wrong} 21, 255 (void)`],
      ade20k: [[1, 150, 151], `${wrong} 151`],
    } as const;
    const [list, found] = others[layout];
    expect(await ofValues([...list])).toEqual([found]);
    const trainIds = {
      cityscapes: `${wrong} 0 (unlabeled), 10 (rail track); all of its values could be train ids, which the server does not know`,
      voc: undefined,
      ade20k: `${wrong} 0 (none of the classes); all of its values could be train ids, which the server does not know`,
    }[layout];
    expect(await ofValues([0, 8, 10])).toEqual(trainIds === undefined ? [] : [trainIds]);
    const many = await ofValues([201, 202, 203, 204, 205, 206, 207]);
    expect(many).toEqual([`${wrong} 201, 202, 203, 204, 205 and 2 more`]);
  });

  it('finds an archive of another kind, or one that is damaged', async () => {
    const dataset = datasets[layout];
    const other = layout === 'voc' ? 'ade20k' : 'voc';
    const [wanted, got] =
      layout === 'voc'
        ? ['a compressed tar file (.tgz)', 'a zip file']
        : ['a zip file', 'a compressed tar file (.tgz)'];
    const wrongKind = archiveOf(other);
    const { problems } = await checkSubmission({ path: wrongKind, dataset, split: 'val' });
    expect(problems[0]).toMatchObject({ rule: 'archive', file: wrongKind });
    expect(problems[0].problem).toMatch(new RegExp(`^expected ${wanted.replace(/[()]/g, '\\$&')} for .*, got ${got.replace(/[()]/g, '\\$&')}$`)); // oxfmt-ignore
    const text = at('text.zip');
    await writeFile(text, 'no archive');
    const check = await checkSubmission({ path: text, dataset, split: 'val' });
    expect(check.problems[0].problem).toContain('got a file of another kind');
    expect(check.problems.filter(({ rule }) => rule === 'missing')).toHaveLength(3);
    const good = await readFile(archiveOf(layout));
    const cut = at(`${layout}-cut`);
    await writeFile(cut, good.subarray(0, good.length / 2));
    await expect(checkSubmission({ path: cut, dataset, split: 'val' })).rejects.toThrow(DataError);
    await expect(checkSubmission({ path: at('nowhere'), dataset, split: 'val' })).rejects.toThrow(
      /cannot read .*nowhere: no such file/,
    );
  });
});

describe('a check', () => {
  it('finds two files for one image, which Cityscapes takes by the beginning of their names', async () => {
    const [id] = IDS.cityscapes;
    const found = await problemsOf('cityscapes', async (copy) => {
      await mkdir(path.join(copy, 'more'));
      await copyFile(path.join(copy, `${id}.png`), path.join(copy, 'more', `${id}_labelIds.png`));
    });
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(/^several .*: expected one file for .*, got .* too; remove one$/);
    expect(
      await problemsOf('cityscapes', async (copy) => {
        await mkdir(path.join(copy, 'city'));
        await copyFile(path.join(copy, `${id}.png`), path.join(copy, 'city', `${id}_pred.png`));
        await rm(path.join(copy, `${id}.png`));
      }),
    ).toEqual([]);
  });

  it('knows the competition of VOC', async () => {
    const options = { path: at('voc-good'), dataset: datasets.voc, split: 'val' };
    const check = await checkSubmission({ ...options, competition: 'comp5' });
    const rules = check.problems.map(({ rule }) => rule);
    expect(rules).toEqual(['extra', 'extra', 'extra', 'missing', 'missing', 'missing']);
    const text = describeSubmission(check);
    expect(text).toContain(
      '3 files for 3 images: not as the evaluation server of PASCAL VOC wants',
    );
    expect(text).toContain('missing files: 3\n  results/VOC2012/Segmentation/comp5_val_cls/');
    await expect(checkSubmission({ ...options, competition: 'comp7' })).rejects.toThrow(
      'competition: expected one of comp6, comp5 for the evaluation server of PASCAL VOC, got "comp7"',
    );
    await expect(
      checkSubmission({ ...options, dataset: datasets.ade20k, competition: 'comp6' }),
    ).rejects.toThrow('competition: expected none for');
  });

  it('says that images of test are missing', async () => {
    const { problems } = await checkSubmission({ path: at('voc-good'), dataset: datasets.voc });
    expect(problems[0]).toEqual({
      rule: 'split',
      file: 'voc',
      problem:
        'expected the 1456 images of test, all of which the evaluation server of PASCAL VOC wants, ' +
        'got 1 image',
    });
  });
});
