import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { addonFile } from '../../../lib/backend/native-package.js';
import {
  isPlaced,
  placementVersions,
  replaceCompiledPart,
  writePlacement,
} from '../../../lib/backend/setup/placement.js';
import { scratchFolder } from '../scratch-folder.js';

function fakePackage(): string {
  const folder = scratchFolder();
  writeFileSync(join(folder, 'package.json'), '{"version": "4.22.0"}');
  return folder;
}

function build(folder: string, text: string): Promise<void> {
  mkdirSync(dirname(addonFile(folder)), { recursive: true });
  writeFileSync(addonFile(folder), text);
  mkdirSync(join(folder, 'deps'), { recursive: true });
  return Promise.resolve();
}

describe('replaceCompiledPart', () => {
  it('replaces what was there', async () => {
    const folder = fakePackage();
    await build(folder, 'old');
    await replaceCompiledPart(folder, () => build(folder, 'new'));
    expect(readFileSync(addonFile(folder), 'utf8')).toBe('new');
    expect(readdirSync(folder).sort()).toEqual(['deps', 'lib', 'package.json']);
  });

  it('brings back what was there if the replacement fails', async () => {
    const folder = fakePackage();
    await build(folder, 'old');
    const replace = async (): Promise<void> => {
      await build(folder, 'broken');
      throw new Error('does not load');
    };
    await expect(replaceCompiledPart(folder, replace)).rejects.toThrow('does not load');
    expect(readFileSync(addonFile(folder), 'utf8')).toBe('old');
  });

  it('leaves no addon where none was there and the replacement fails', async () => {
    const folder = fakePackage();
    const replace = async (): Promise<void> => {
      await build(folder, 'broken');
      throw new Error('does not load');
    };
    await expect(replaceCompiledPart(folder, replace)).rejects.toThrow();
    expect(existsSync(addonFile(folder))).toBe(false);
  });

  it('undoes an interrupted run first', async () => {
    const folder = fakePackage();
    mkdirSync(join(folder, 'lib.previous'));
    writeFileSync(join(folder, 'lib.previous', 'good'), '');
    await build(folder, 'half done');
    await replaceCompiledPart(folder, () => {
      expect(existsSync(join(folder, 'lib.previous', 'good'))).toBe(true);
      return build(folder, 'new');
    });
    expect(readFileSync(addonFile(folder), 'utf8')).toBe('new');
  });
});

describe('isPlaced', () => {
  async function placed(): Promise<{ folder: string; library: string }> {
    const folder = fakePackage();
    const library = join(scratchFolder(), 'libtensorflow_cc.so.2');
    writeFileSync(library, '');
    await build(folder, 'addon');
    writePlacement(folder, {
      source: 'wheel',
      wanted: 'cpu',
      variant: 'cpu',
      needs: [library],
      versions: placementVersions(folder),
    });
    return { folder, library };
  }

  it('is true right after a set-up', async () => {
    const { folder } = await placed();
    expect(isPlaced(folder, 'cpu')).toBe(true);
  });

  it('is false when a GPU was added', async () => {
    const { folder } = await placed();
    expect(isPlaced(folder, 'gpu')).toBe(false);
  });

  it('is false when the cache was deleted', async () => {
    const { folder, library } = await placed();
    rmSync(library);
    expect(isPlaced(folder, 'cpu')).toBe(false);
  });

  it('is false when tfjs was updated', async () => {
    const { folder } = await placed();
    writeFileSync(join(folder, 'package.json'), '{"version": "4.23.0"}');
    expect(isPlaced(folder, 'cpu')).toBe(false);
  });

  it('is false where no set-up ran', () => {
    expect(isPlaced(fakePackage(), 'cpu')).toBe(false);
  });
});
