import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { architecturePieces } from '../../lib/budget/architecture-pieces.js';
import { predictLatency } from '../../lib/budget/costs.js';
import { decodeWithin } from '../../lib/budget/decode-within.js';
import {
  checkProfile,
  describeProfileCheck,
  predictionError,
} from '../../lib/budget/profile/check.js';
import { readProfile, writeProfile } from '../../lib/budget/profile/file.js';
import { measureProfile } from '../../lib/budget/profile/measure.js';
import { publishedArchitecture } from '../../lib/architecture/published.js';
import { DataError } from '../../lib/errors.js';
import { completeShape } from '../../lib/search-space/shape.js';
import { everyArchitecture } from './every-architecture.js';
import { useBackend } from '../helpers/backends.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';

const folder = temporaryFolder();
const shape = completeShape({
  layers: 2,
  blocks: 1,
  operations: ['none', 'skip_connect', 'sep_conv_3x3'],
});
const network = {
  filterMultiplier: 1,
  classes: 2,
  stemWidths: [1, 2] as const,
  headFilters: 2,
  height: 17,
  width: 20,
};

describe('a measured profile', () => {
  beforeAll(() => useBackend('wasm'));

  it('has every piece of every network, and predicts and limits with them', async () => {
    const reports: number[] = [];
    const profile = await measureProfile({
      ...shape,
      network,
      onProgress: (event) => reports.push(event.kind === 'images' ? event.done / event.total : NaN),
    });
    const networks = everyArchitecture(shape);
    const pieces = networks.flatMap((one) => architecturePieces(one, network));
    expect(Object.keys(profile.pieces)).toEqual(
      expect.arrayContaining(pieces.map(({ name }) => name)),
    );
    expect(reports.at(-1)).toBe(1);

    const identity = profile.pieces['skip_connect 5x5x1 stride 1'];
    expect(identity).toEqual({ seconds: 0, runs: 0 }); // nothing is computed
    const stem = profile.pieces['stem 17x20x3 to 1 and 2'];
    expect(stem.seconds).toBeGreaterThan(0);
    expect(stem.runs).toBeGreaterThanOrEqual(9);
    expect(profile.machine).toMatchObject({ backend: 'wasm' });

    const file = path.join(folder, 'profile.json');
    await writeProfile(file, profile);
    expect(await readProfile(file)).toEqual(profile);

    const fastest = Math.min(...networks.map((one) => predictLatency(one, network, profile)));
    const { costs } = decodeWithin({
      ...shape,
      alpha: new Float32Array(6),
      beta: new Float32Array(7),
      network,
      profile,
      limits: { latency: fastest * (1 + 1e-9) },
    });
    expect(costs.latency).toBeCloseTo(fastest, 12);

    const checked = await checkProfile(profile, { ...shape, networks: 2, seed: 3 });
    expect(checked).toHaveLength(2);
    for (const { architecture, predicted, measured } of checked) {
      expect(predicted).toBe(predictLatency(architecture, network, profile));
      expect(measured).toBeGreaterThan(0);
    }
  });

  it('can be stopped', async () => {
    const controller = new AbortController();
    let reports = 0;
    const onProgress = () => {
      reports++;
      controller.abort(new Error('enough'));
    };
    const { signal } = controller;
    await expect(measureProfile({ ...shape, network, signal, onProgress })).rejects.toThrow(
      'enough',
    );
    expect(reports).toBe(1);
  });
});

describe('the error of predictions', () => {
  const checked = [
    { architecture: publishedArchitecture, predicted: 1, measured: 2 },
    { architecture: publishedArchitecture, predicted: 4, measured: 2 },
    { architecture: publishedArchitecture, predicted: 2, measured: 2 },
  ];

  it('is that of each network, with and without what all of them share', () => {
    expect(predictionError(checked)).toEqual({
      ratio: 1,
      meanError: 0.5,
      largestError: 1,
      errorBetween: 0.5,
    });
    const twice = checked.map((one) => ({ ...one, predicted: 2 * one.predicted }));
    const error = predictionError(twice);
    expect(error.ratio).toBeCloseTo(2, 12);
    expect(error.meanError).toBeCloseTo((0 + 3 + 1) / 3, 12);
    expect(error.largestError).toBe(3);
    expect(error.errorBetween).toBeCloseTo(0.5, 12);
  });

  it('is described network by network', () => {
    expect(describeProfileCheck(checked).split('\n')).toEqual([
      'network  predicted   measured    error',
      '1        1000.0 ms  2000.0 ms  -50.0 %',
      '2        4000.0 ms  2000.0 ms  100.0 %',
      '3        2000.0 ms  2000.0 ms    0.0 %',
      'Mean error 50.0 %, largest 100.0 %; predictions are 1.000 times the measured latency on average, ' +
        'and but for this factor 50.0 % off.',
    ]);
  });
});

describe('a profile of other networks', () => {
  it('is refused by the first piece that it lacks', async () => {
    const { PROFILE } = await import('../scripts/given.js');
    const [first] = everyArchitecture(shape);
    expect(() => predictLatency(first, network, PROFILE)).toThrow(DataError);
    expect(() => predictLatency(first, network, PROFILE)).toThrow(
      'profile: expected the time of "stem 17x20x3 to 1 and 2", got none: it was measured for F = 1, ' +
        '1 blocks, 2 classes at 9 x 9',
    );
  });

  it('is refused as a file that is none', async () => {
    const file = path.join(folder, 'other.json');
    await writeFile(file, '{"version": 2}');
    await expect(readProfile(file)).rejects.toThrow(
      `${file}: expected a latency profile, got version: Invalid input: expected 1`,
    );
    await expect(readProfile(path.join(folder, 'missing.json'))).rejects.toThrow(DataError);
  });
});
