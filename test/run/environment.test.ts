import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import {
  addSession,
  describeEnvironment,
  describeEnvironmentChange,
} from '../../lib/run/environment.js';
import { libraryVersion } from '../../lib/run/version.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';

const root = temporaryFolder();

describe('describeEnvironment', () => {
  it('names what the process computes with', () => {
    expect(describeEnvironment()).toMatchObject({
      library: libraryVersion(),
      node: process.versions.node,
      tfjs: tf.version_core,
    });
    expect(describeEnvironment().cores).toBeGreaterThanOrEqual(1);
  });
});

describe('addSession', () => {
  const file = join(root, 'environment.json');
  const sessions = () =>
    (JSON.parse(readFileSync(file, 'utf8')) as { sessions: { threads?: number }[] }).sessions;

  it('adds a process with its facts to those before', async () => {
    await addSession(root, { threads: 1 });
    await addSession(root, { threads: 2 });
    expect(sessions().map(({ threads }) => threads)).toEqual([1, 2]);
    expect(sessions()[1]).toMatchObject({ node: process.versions.node });
  });

  it('begins again over a damaged file, but does not hide that a file cannot be written', async () => {
    writeFileSync(file, '{"sessions": [');
    await addSession(root, { threads: 3 });
    expect(sessions().map(({ threads }) => threads)).toEqual([3]);
    const folder = join(root, 'folder');
    mkdirSync(join(folder, 'environment.json'), { recursive: true });
    await expect(addSession(folder)).rejects.toThrow('environment.json');
  });
});

describe('describeEnvironmentChange', () => {
  const backendOf = (name: string, intra: number) => ({
    backend: { name, versions: { tensorflow: '2.21.0' }, threads: { intra, inter: 1 } },
  });

  it('says what the run was computed with and no longer is', async () => {
    const folder = join(root, 'change');
    mkdirSync(folder);
    expect(await describeEnvironmentChange(folder)).toBeUndefined();
    await addSession(folder, backendOf('tensorflow', 2));
    expect(await describeEnvironmentChange(folder, backendOf('tensorflow', 2))).toBeUndefined();
    expect(await describeEnvironmentChange(folder, backendOf('wasm', 1))).toBe(
      'the run was computed with backend tensorflow, now wasm; threads 2 x 1, now 1 x 1: from here ' +
        'on its numbers may differ in their last digits from those of an uninterrupted run',
    );
  });
});
