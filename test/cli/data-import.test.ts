import { existsSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ImportReport } from '../../lib/dataset/import/report.js';
import { flatRgb, png } from '../helpers/png.js';
import { temporaryFolder, writeTree } from '../helpers/temporary-folder.js';
import { autodeeplabHere } from './command-line.js';

const folder = temporaryFolder();
const out = path.join(folder, 'fields');
let source = '';

/** Roboflow's masks of some images, the last of which is validated on. */
async function writeExport(): Promise<string> {
  const files: Record<string, string | Uint8Array> = {
    'train/_classes.csv': 'Pixel Value, Class\n0, background\n1, crop',
    'valid/_classes.csv': 'Pixel Value, Class\n0, background\n1, crop',
  };
  const values = Uint8Array.from({ length: 40 * 40 }, (_, i) => (i % 40 < 15 ? 1 : 0));
  for (let i = 0; i < 6; i++) {
    const name = `${i < 5 ? 'train' : 'valid'}/image${i}`;
    files[`${name}.png`] = flatRgb(40, 40, [40 * i, 90, 20]);
    files[`${name}_mask.png`] = png({ width: 40, height: 40, values });
  }
  return writeTree(path.join(folder, 'export'), files);
}

beforeAll(async () => {
  source = await writeExport();
});

describe('autodeeplab data import', () => {
  it('says what it decided, and search opens the result', async () => {
    const result = await autodeeplabHere(['data', 'import', source, '--out', out]);
    expect(result.code).toBe(0);
    expect(result.output).toMatch(/format +roboflow-masks: train\/_classes.csv and 6 masks/);
    expect(result.output).toMatch(/images +6; splits train 5, val 1 \(as the export has them\)/);
    expect(result.output).toMatch(/crop +1 +\S+ +3600 +37\.50 %/);
    expect(result.output).toContain(`npx autodeeplab search --data ${out}`);
    const search = await autodeeplabHere([
      ...['search', '--data', out, '--out', path.join(folder, 'run'), '--preset', 'tiny'],
      ...['--layers', '2', '--blocks', '1', '--filter-multiplier', '1', '--crop', '33'],
      ...['--epochs', '2', '--workers', '0', '--validation-split', 'none'],
    ]);
    expect(search.errors.filter((line) => line.startsWith('error'))).toEqual([]);
    expect(search.code).toBe(0);
  });

  it('prints the report as JSON, and takes ratios', async () => {
    const args = ['--ratio', 'train=4,val=1,test=1', '--link', '--json', '--name', 'meadow'];
    const result = await autodeeplabHere([
      ...['data', 'import', source, '--out', path.join(folder, 'json')],
      ...args,
    ]);
    const report = JSON.parse(result.output) as ImportReport;
    expect(report.splits).toEqual({ train: 4, val: 1, test: 1 });
  });

  it('ends with one clear line and another exit code if it cannot', async () => {
    const last = async (...args: string[]) => {
      const { code, errors } = await autodeeplabHere(['data', 'import', ...args]);
      return { code, last: errors.at(-1) };
    };
    expect(await last(source, '--out', out)).toEqual({
      code: 1,
      last: expect.stringMatching(/^error: .*expected a new or empty folder/) as string,
    });
    const inside = path.join(source, 'new');
    expect(await last(source, '--out', inside)).toEqual({
      code: 1,
      last: expect.stringMatching(/^error: out: expected a folder outside of/) as string,
    });
    expect(await last(source, '--out', inside, '--ratio', 'train')).toEqual({
      code: 2,
      last: expect.stringMatching(/expected pairs such as train=8,val=2, got "train"/) as string,
    });
    expect(existsSync(inside)).toBe(false);
  });
});
