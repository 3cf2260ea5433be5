import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConfigError, DataError } from '../../lib/errors.js';
import { AtomicFolder } from '../../lib/files/atomic-folder.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';

const root = temporaryFolder();
let count = 0;
function newParent(): string {
  const parent = join(root, String(count++));
  mkdirSync(parent);
  return parent;
}

describe('AtomicFolder', () => {
  it('appears when it is whole, in the place of an empty one, with nothing beside it', async () => {
    const parent = newParent();
    mkdirSync(join(parent, 'model'));
    const folder = await AtomicFolder.begin(join(parent, 'model'));
    writeFileSync(join(folder.temporary, 'a'), '');
    expect(readdirSync(join(parent, 'model'))).toEqual([]);
    await folder.finish();
    await folder.close();
    expect(readdirSync(parent)).toEqual(['model']);
    expect(readdirSync(join(parent, 'model'))).toEqual(['a']);
  });

  it('leaves nothing when it is not finished, and removes what a killed process left', async () => {
    const parent = newParent();
    const first = await AtomicFolder.begin(join(parent, 'model'));
    const half = first.temporary;
    writeFileSync(join(half, 'old'), 'half');
    await first.close();
    expect(readdirSync(parent)).toEqual([]);
    mkdirSync(half);
    writeFileSync(join(half, 'old'), 'half');
    const second = await AtomicFolder.begin(join(parent, 'model'));
    await second.finish();
    await second.close();
    expect(readdirSync(join(parent, 'model'))).toEqual([]);
  });

  it('is written by one process at a time, and over nothing', async () => {
    const parent = newParent();
    const folder = await AtomicFolder.begin(join(parent, 'model'));
    await expect(AtomicFolder.begin(join(parent, 'model'))).rejects.toThrow(DataError);
    mkdirSync(join(parent, 'model'));
    writeFileSync(join(parent, 'model', 'mine'), '');
    await expect(folder.finish()).rejects.toThrow(DataError);
    await folder.close();
    expect(readdirSync(parent)).toEqual(['model']);
    await expect(AtomicFolder.begin(join(parent, 'model'))).rejects.toThrow(
      new ConfigError(
        `${join(parent, 'model')}: expected a new or empty folder, got one with mine; choose ` +
          'another, or delete it',
      ),
    );
  });
});
