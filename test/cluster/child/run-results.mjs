// Runs of the command line on a small sample, and what they came to.
import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { latestCheckpoint } from '../../../dist/run/checkpoint-folder.js';
import { readHistory } from '../../../dist/run/history.js';
import { writeSample } from '../../../dist/sample/write-sample.js';
import { Running } from './processes.mjs';

/** Widths of stem and head in proportion to F = 1, as flags. */
export const NARROW = ['--stem-widths', '4,8', '--head-filters', '8'];

/** Runs in a folder, with two replicas, four images and two steps an epoch. */
export class SmallRuns {
  constructor(folder) {
    this.folder = folder;
    this.root = join(folder, 'sample');
  }

  async prepare() {
    const counts = { train: 8, val: 2 };
    await writeSample({ root: this.root, width: 128, height: 64, counts });
  }

  /** Starts a run, or goes on with it. */
  start(program, name, ...more) {
    const data = ['--data', 'sample', '--root', this.root, '--preset', 'tiny'];
    const options = ['--backend', 'tensorflow', '--replicas', '2', '--workers', '0'];
    const out = ['--no-tensorboard', '--out', join(this.folder, name)];
    return new Running([program, ...more, ...data, ...options, ...out]);
  }

  /** Losses, and a digest of every number of the last checkpoint. */
  async resultOf(name) {
    const { rows } = await readHistory(join(this.folder, name, 'history.arrow'));
    const { checkpoint } = await latestCheckpoint(join(this.folder, name, 'checkpoints'));
    const digest = createHash('sha256');
    for (const group of Object.keys(checkpoint.groups).sort()) {
      for (const [key, { data }] of Object.entries(checkpoint.groups[group]).sort()) {
        digest.update(`${group}/${key}`);
        digest.update(Buffer.from(data.buffer, data.byteOffset, data.byteLength));
      }
    }
    const losses = rows.filter(({ kind }) => kind === 'epoch').map(({ loss }) => loss);
    return { step: checkpoint.step, losses, numbers: digest.digest('hex') };
  }
}

/** Waits for a good end. */
export async function wellEnded(...running) {
  for (const { code, errors } of await Promise.all(running.map(({ end }) => end))) {
    if (code !== 0) {
      throw new Error(`expected exit code 0, got ${code}: ${errors}`);
    }
  }
}
