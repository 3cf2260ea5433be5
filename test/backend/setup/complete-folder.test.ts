import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { completeFolder, isComplete } from '../../../lib/backend/setup/complete-folder.js';
import { scratchFolder } from '../scratch-folder.js';

const fillWith = (text: string) => (folder: string) => {
  writeFileSync(join(folder, 'a.txt'), text);
  return Promise.resolve();
};

describe('completeFolder', () => {
  it('fills a folder once', async () => {
    const folder = join(scratchFolder(), 'new', 'library');
    await completeFolder(folder, fillWith('first'));
    await completeFolder(folder, fillWith('second'));
    expect(readFileSync(join(folder, 'a.txt'), 'utf8')).toBe('first');
    expect(isComplete(folder)).toBe(true);
  });

  it('leaves nothing of a fill that failed', async () => {
    const parent = scratchFolder();
    const folder = join(parent, 'library');
    const fill = async (temporary: string): Promise<void> => {
      await fillWith('half')(temporary);
      throw new Error('disk full');
    };
    await expect(completeFolder(folder, fill)).rejects.toThrow('disk full');
    expect(readdirSync(parent)).toEqual([]);
  });

  it('removes what interrupted runs left, and replaces a folder without its marker', async () => {
    const parent = scratchFolder();
    const folder = join(parent, 'library');
    mkdirSync(join(parent, 'library.partial-1'));
    mkdirSync(folder);
    writeFileSync(join(folder, 'stray.txt'), '');
    await completeFolder(folder, fillWith('whole'));
    expect(readdirSync(parent)).toEqual(['library']);
    expect(existsSync(join(folder, 'stray.txt'))).toBe(false);
  });
});
