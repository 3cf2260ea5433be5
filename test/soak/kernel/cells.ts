/** The cells that a session of a notebook is made of. */
import type { Job } from '../messages.js';

/** What the session begins with. */
export function setUpCell({ backend, folder, seed }: Job): string {
  return `import * as tf from '@tensorflow/tfjs-core';
import {
  cellFigure, createTrellis, openDataset, publishedArchitecture, search, searchMonitor, show,
  trellisFigure, useBackend, writeSample,
} from 'autodeeplab';
import { rmSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
await useBackend('${backend}');
const root = ${JSON.stringify(`${folder}/data`)};
const runFolder = ${JSON.stringify(`${folder}/run`)};
await writeSample({ root, seed: ${seed}, width: 128, height: 64, counts: { train: 8, val: 2 } });
const dataset = await openDataset('sample', { root });
let rounds = 0;`;
}

const CONFIG = `{
  seed: 1, layers: 3, filterMultiplier: 1, blocks: 1, crop: 33, epochs: EPOCHS, architectureStart: 0,
}`;

/** A search with its live figure, in a folder that goes away again. */
function trainCell(epochs: number): string {
  return `const monitor = searchMonitor({ intervalMs: 200 });
const result = await search({
  dataset, folder: runFolder, preset: 'tiny', config: ${CONFIG.replace('EPOCHS', String(epochs))},
  onProgress: monitor.onProgress,
});
await monitor.finish();
rmSync(runFolder, { recursive: true });
console.log(result.steps);`;
}

/** A cell and what has to come of it. */
export interface Cell {
  readonly code: string;
  /** The kind of error that it has to end with. */
  readonly fails?: string;
  /** The kind of its first output after which it is interrupted. */
  readonly interruptAt?: 'stream' | 'display_data';
}

/** One round of the session; a round executes each cell once. */
export const ROUND: readonly Cell[] = [
  { code: trainCell(1) },
  { code: `await show([cellFigure(publishedArchitecture.genotype)]);` },
  { code: `await show(trellisFigure(createTrellis({ layers: 4 })));` },
  { code: `const big = new Float32Array(250_000).fill(rounds);\nconsole.log(big.length);` },
  { code: `for (let i = 0; i < 500; i++) console.log('line', i);` },
  { code: `throw new RangeError('odd');`, fails: 'RangeError' },
  { code: `const wrong: string = 3;`, fails: 'TypeScriptError' },
  { code: `await Promise.reject(new Error('later'));`, fails: 'Error' },
  {
    code: `console.log('begun');\nfor (;;) { await new Promise((r) => setTimeout(r, 5)); }`,
    fails: 'KeyboardInterrupt',
    interruptAt: 'stream',
  },
  { code: trainCell(100_000), fails: 'KeyboardInterrupt', interruptAt: 'display_data' },
  { code: `rmSync(runFolder, { recursive: true, force: true });\nrounds += 1;` },
];

/** The cell that says what the kernel's process holds, as JSON. */
export function insideCell(collect: boolean): string {
  return `${collect ? "setFlagsFromString('--expose-gc');\nrunInNewContext('gc')();\n" : ''}{
  const { heapUsed, external, arrayBuffers } = process.memoryUsage();
  const { numTensors: tensors, numBytes: tensorBytes } = tf.memory();
  const resources = (process as any).getActiveResourcesInfo().length;
  console.log(JSON.stringify({
    heapUsed, external, arrayBuffers, tensors, tensorBytes, resources, rounds,
  }));
}`;
}
