import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { addSession, describeEnvironment } from '../../lib/run/environment.js';
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
