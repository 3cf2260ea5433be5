/** A run that the host's signal stops, such as that of a notebook cell, tells the host how to resume it. */
import path from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Dataset } from '../../lib/dataset/dataset.js';
import { setAdviceReceiver, setInterruptSource } from '../../lib/interrupt.js';
import { retrain } from '../../lib/retrain/retrain.js';
import type { RunResult } from '../../lib/training/run-work.js';
import { resumeCall } from '../../lib/training/resume-advice.js';
import { useBackend } from '../helpers/backends.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { TINY_ARCHITECTURE as architecture } from './tiny-architecture.js';
import { tinyDataset } from './tiny-dataset.js';
import { TINY_CONFIG } from './train-tiny.js';

const folder = temporaryFolder();
const config = { ...TINY_CONFIG, epochs: 2 };
const advice: string[] = [];
let dataset: Dataset;
let controller = new AbortController();

/** Stops at the first step. */
const onProgress = ({ kind }: { readonly kind: string }): void => {
  if (kind === 'step') {
    controller.abort(new Error('stop'));
  }
};

describe('an interrupted run', () => {
  beforeAll(async () => {
    await useBackend('wasm');
    dataset = await tinyDataset(path.join(folder, 'data'), { train: 4, val: 1 });
    setAdviceReceiver((text) => advice.push(text));
    setInterruptSource(() => controller.signal);
    return () => {
      setAdviceReceiver(undefined);
      setInterruptSource(undefined);
    };
  });
  afterEach(() => {
    advice.length = 0;
    controller = new AbortController();
  });

  it('tells a call that resumes it, as it is typed', async () => {
    const run = { dataset, architecture, folder: path.join(folder, "it's"), config, onProgress };
    expect(await retrain(run)).toMatchObject({ interrupted: true, steps: 1 });
    expect(advice).toHaveLength(1);
    expect(advice[0]).toContain('interrupted after step 1, and saved');
    const call = advice[0].slice(advice[0].indexOf('await'));
    controller = new AbortController();
    const names = { retrain, dataset, architecture, config, onProgress: () => undefined };
    const type = async (...values: unknown[]): Promise<unknown> => {
      const code = `return async () => ${call}`;
      // oxlint-disable-next-line typescript/no-implied-eval -- what a reader types
      const made = new Function(...Object.keys(names), code) as (...all: unknown[]) => unknown;
      return (made(...values) as () => Promise<RunResult>)();
    };
    const result = (await type(...Object.values(names))) as RunResult;
    expect(result).toMatchObject({ interrupted: false, steps: 4, epochs: 2 });
    expect(advice).toHaveLength(1);
  });

  it('tells nothing if the signal is its own', async () => {
    const own = { folder: path.join(folder, 'own'), signal: controller.signal };
    const run = { dataset, architecture, config, onProgress, ...own };
    expect(await retrain(run)).toMatchObject({ interrupted: true });
    expect(advice).toEqual([]);
  });

  it('names its preset and folder, and nothing that was not given', () => {
    const request = { dataset: {}, folder: 'C:\\runs', preset: 'tiny', config: undefined } as const;
    expect(resumeCall('search', request)).toBe(
      "await search({ dataset, folder: 'C:\\\\runs', preset: 'tiny', resume: true })",
    );
  });
});
