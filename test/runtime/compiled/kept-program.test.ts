import { readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { PRIMITIVES } from '../../../lib/search-space/operations/paper.js';
import { compile, type CompileOptions } from '../../../lib/runtime/compile.js';
import type { Program, StepDefinition } from '../../../lib/runtime/program.js';
import { resolveSearchConfig } from '../../../lib/search/options.js';
import { searchProgram } from '../../../lib/search/program.js';
import { backends, useBackend } from '../../helpers/backends.js';
import { temporaryFolder } from '../../helpers/temporary-folder.js';

const CROP = 33;
const scratch = temporaryFolder();
const before = process.env.AUTODEEPLAB_GRAPHS;

let folders = 0;
let folder: string;

/** How often the function of a step was called. */
let traces = 0;

const definition: StepDefinition = {
  inputs: { x: { shape: [] } },
  step: ({ total }, { x }) => {
    traces++;
    const sum = tf.add(total, x);
    return { outputs: { sum }, state: { total: sum } };
  },
};

const sums = (options: CompileOptions = { source: 'sums' }): Program =>
  compile({ total: tf.scalar(1) }, { add: definition }, options);

/** The sum after one step; frees the program. */
function added(program: Program): number {
  const { sum } = program.run('add', { x: tf.scalar(2) });
  const [value] = sum.dataSync();
  program.dispose();
  return value;
}

const files = () => readdirSync(folder).map((name) => join(folder, name));

/** The bytes of the state after two pairs of steps of a search, with memory and cost of its program. */
function searched(): unknown[] {
  const config = resolveSearchConfig({
    layers: 3,
    filterMultiplier: 1,
    blocks: 1,
    crop: CROP,
    batchSize: 2,
    operations: PRIMITIVES.slice(0, 6),
  });
  const { program } = searchProgram(config, 4);
  const image = tf.randomUniform([2, CROP, CROP, 3], -1, 1, 'float32', 3);
  const labels = tf.randomUniform([2, CROP, CROP], 0, 4, 'int32', 4);
  for (let i = 0; i < 2; i++) {
    const rate = tf.scalar(0.01);
    tf.dispose(program.run('weights', { image, labels, learningRate: rate }));
    tf.dispose(program.run('architecture', { image, labels, architectureLearningRate: rate }));
  }
  const state = program.state();
  const bytes = Object.entries(state).map(([name, value]) => {
    const { buffer, byteOffset, byteLength } = value.dataSync();
    return `${name} ${Buffer.from(buffer, byteOffset, byteLength).toString('hex')}`;
  });
  const result = [bytes, program.memory, program.cost()];
  tf.dispose([state, image, labels]);
  program.dispose();
  return result;
}

describe.runIf(backends.includes('tensorflow'))('a program whose steps are kept', () => {
  beforeAll(() => useBackend('tensorflow'));

  beforeEach(() => {
    folder = join(scratch, String(folders++));
    process.env.AUTODEEPLAB_GRAPHS = folder;
    traces = 0;
  });

  afterAll(() => {
    process.env.AUTODEEPLAB_GRAPHS = before;
  });

  it('is not traced again, and counts as it did', () => {
    expect(added(sums())).toBe(3);
    expect(traces).toBe(1);
    expect(added(sums())).toBe(3);
    expect(traces).toBe(1);
    expect(added(sums({ source: 'others' }))).toBe(3);
    expect(traces).toBe(2);
  });

  it('is traced each time without a text of what it follows from, or where nothing is kept', () => {
    added(sums({}));
    added(sums({}));
    expect(traces).toBe(2);
    process.env.AUTODEEPLAB_GRAPHS = 'none';
    added(sums());
    added(sums());
    expect(traces).toBe(4);
    expect(() => readdirSync(folder)).toThrow('ENOENT');
  });

  it('has the bits, the memory and the cost of one that is traced', () => {
    process.env.AUTODEEPLAB_GRAPHS = 'none';
    const plain = searched();
    process.env.AUTODEEPLAB_GRAPHS = folder;
    const first = searched();
    const [file] = files();
    const content = readFileSync(file);
    const second = searched();
    expect(first).toEqual(plain);
    expect(second).toEqual(plain);
    expect(files()).toEqual([file]);
    expect(readFileSync(file).equals(content)).toBe(true);
  });

  it.each([
    ['is empty', (file: string) => truncateSync(file)],
    ['ends early', (file: string) => truncateSync(file, readFileSync(file).length - 1)],
    [
      'has another bit in its graph',
      (file: string) => {
        const content = readFileSync(file);
        content[content.length - 3] ^= 1;
        writeFileSync(file, content);
      },
    ],
    ['is of another program', (file: string) => writeFileSync(file, 'something else')],
  ] as const)('is traced again if its file %s, and the file replaced', (_, damage) => {
    added(sums());
    const [file] = files();
    const content = readFileSync(file);
    damage(file);
    expect(added(sums())).toBe(3);
    expect(traces).toBe(2);
    expect(readFileSync(file).equals(content)).toBe(true);
    expect(added(sums())).toBe(3);
    expect(traces).toBe(2);
  });

  it('is not taken from a file that was renamed to its key', () => {
    added(sums({ source: 'others' }));
    const [other] = files();
    const content = readFileSync(other);
    added(sums());
    const [own] = files().filter((file) => file !== other);
    writeFileSync(own, content);
    expect(added(sums())).toBe(3);
    expect(traces).toBe(3);
  });

  it('is traced again where the memory allows another way', () => {
    const memory = (memoryLimit?: number) => {
      const program = sums({ source: 'sums', ...(memoryLimit && { memoryLimit }) });
      program.dispose();
      return program.memory!;
    };
    const { total, recompute } = memory();
    expect(recompute).toBe('none');
    expect(memory(total + 1).recompute).toBe('cheap'); // not comfortable: what is cheap is computed again
    expect(traces).toBe(2);
    expect(memory(total + 1).recompute).toBe('cheap');
    expect(traces).toBe(2);
    expect(memory().recompute).toBe('none');
    expect(traces).toBe(3);
  });

  it('can be profiled', () => {
    added(sums());
    const program = sums();
    const { operations } = program.profile!('add', { x: tf.scalar(2) });
    const sum = operations.find(({ operation }) => operation === 'AddN');
    expect(sum?.bytes).toBe(3 * 4); // two numbers read, one written
    program.dispose();
  });
});
