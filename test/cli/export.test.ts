import { beforeAll, describe, expect, it } from 'vitest';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { backends, useBackend } from '../helpers/backends.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { mixedDataset } from '../training/mixed-sizes.js';
import { trainTiny } from '../training/train-tiny.js';
import { autodeeplabHere } from './command-line.js';

const folder = temporaryFolder();
const run = path.join(folder, 'run');
const out = path.join(folder, 'out');

describe('export', () => {
  beforeAll(async () => {
    await useBackend(backends[0]);
    const dataset = await mixedDataset(path.join(folder, 'data'));
    await trainTiny(dataset, run, { epochs: 1, filterMultiplier: 2, validationImages: null });
  });

  it('writes a GraphModel for images of any size, with filters in half precision', async () => {
    const flags = ['--format', 'graph-model', '--size', 'any', '--weights', 'float16'];
    const { code, output } = await autodeeplabHere(['export', run, ...flags, '--out', out]);
    expect([code, output]).toEqual([0, expect.stringContaining('float32 [1, any, any, 3], RGB')]);
    const model = JSON.parse(readFileSync(path.join(out, 'model.json'), 'utf8')) as object;
    expect(model).toMatchObject({
      format: 'graph-model',
      userDefinedMetadata: { weights: 'float16', input: { shape: [1, null, null, 3] } },
    });
  });

  it('writes an ONNX model of the size of the training crops by default', async () => {
    const to = path.join(folder, 'onnx');
    const result = await autodeeplabHere(['export', run, '--format', 'onnx', '--out', to]);
    expect(result.output).toMatch(/image float32 \[1, 3, \d+, \d+\]/);
    expect(readFileSync(path.join(to, 'model.onnx')).length).toBeGreaterThan(10_000);
  });

  it('refuses options of other formats', async () => {
    const refused = async (...flags: string[]) => {
      const { code, output, errors } = await autodeeplabHere([
        'export',
        run,
        '--out',
        out,
        ...flags,
      ]);
      expect(code).not.toBe(0);
      return [output, ...errors].join('\n');
    };
    expect(await refused('--format', 'onnx', '--weights', 'uint8')).toMatch(
      /export --weights: expected it with --format model or graph-model.* only, got --format onnx; leave it out/,
    );
    expect(await refused('--format', 'model', '--size', 'any')).toMatch(
      /export --size: expected it with --format saved-model or graph-model or onnx.* only/,
    );
    expect(
      await refused('--format', 'saved-model', '--size', 'any', '--image-pooling', 'crop'),
    ).toContain('export it for one size, or with --image-pooling image');
  });
});
