import { readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { decode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { temporaryName } from '../../lib/files/temporary-file.js';
import { openCityscapes } from '../../lib/dataset/cityscapes/cityscapes.js';
import { readSample } from '../../lib/dataset/reading/read-sample.js';
import { cityscapesMaps } from '../../lib/sample/cityscapes-labels.js';
import { renderSample } from '../../lib/sample/render.js';
import type { WriteSampleOptions } from '../../lib/sample/write-sample.js';
import { writeSample } from '../../lib/sample/write-sample.js';
import { ConfigError, DataError } from '../../lib/errors.js';
import { temporaryFolder, writeTree } from '../helpers/temporary-folder.js';

const folder = temporaryFolder();
const counts = { train: 2, val: 1, test: 1 };
const small = { seed: 5, width: 64, height: 32, counts };

const write = (name: string, options: Partial<WriteSampleOptions> = {}) =>
  writeSample({ root: path.join(folder, name), ...small, ...options });

/** Every file below a folder with its bytes, sorted by name. */
async function contents(root: string): Promise<Map<string, string>> {
  const names = (await readdir(root, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
  const files = await Promise.all(names.map((name) => readFile(name, 'base64')));
  return new Map(names.map((name, i) => [path.relative(root, name), files[i]]));
}

describe('writing the sample', () => {
  it('lays the files out as Cityscapes does', async () => {
    const { root, rendered } = await write('layout');
    expect(rendered).toBe(4);
    const files = [...(await contents(root)).keys()];
    expect(files).toHaveLength(4 * 5 + 1);
    for (const name of [
      'sample.json',
      'leftImg8bit/train/rendered_train/rendered_train_000000_000001_leftImg8bit.png',
      'gtFine/train/rendered_train/rendered_train_000000_000001_gtFine_labelIds.png',
      'gtFine/val/rendered_val/rendered_val_000000_000000_gtFine_labelTrainIds.png',
      'gtFine/val/rendered_val/rendered_val_000000_000000_gtFine_instanceIds.png',
      'gtFine/test/rendered_test/rendered_test_000000_000000_gtFine_color.png',
    ]) {
      expect(files).toContain(path.normalize(name));
    }
  });

  it('writes label ids as 8-bit grey and instance ids as 16-bit grey', async () => {
    const { root } = await write('formats');
    const stem = 'train/rendered_train/rendered_train_000000_000001';
    const read = async (name: string) => decode(await readFile(path.join(root, name)));
    const rendering = renderSample({ seed: 5, index: 1, width: 64, height: 32 });
    const maps = cityscapesMaps(rendering);
    const labels = await read(`gtFine/${stem}_gtFine_labelIds.png`);
    expect([labels.width, labels.height, labels.channels, labels.depth]).toEqual([64, 32, 1, 8]);
    expect([...labels.data]).toEqual([...maps.labelIds]);
    const trainIds = await read(`gtFine/${stem}_gtFine_labelTrainIds.png`);
    expect([...trainIds.data]).toEqual([...maps.labelTrainIds]);
    const instances = await read(`gtFine/${stem}_gtFine_instanceIds.png`);
    expect(instances.depth).toBe(16);
    expect([...instances.data]).toEqual([...maps.instanceIds]);
    const photo = await read(`leftImg8bit/${stem}_leftImg8bit.png`);
    expect(photo.channels).toBe(3);
    expect([...photo.data]).toEqual([...rendering.rgb]);
  });

  it('is read by the loader of Cityscapes', async () => {
    const { root } = await write('loader');
    const dataset = await openCityscapes({ root });
    const samples = await dataset.samples('train');
    expect(samples).toHaveLength(2);
    const { labels } = await readSample(samples[0], dataset.labelTable);
    const maps = cityscapesMaps(renderSample({ seed: 5, index: 0, width: 64, height: 32 }));
    expect([...(labels?.data ?? [])]).toEqual([...maps.labelTrainIds]);
  });

  it('writes the same bytes for the same seed, and others for another', async () => {
    const first = await contents((await write('same/a')).root);
    expect(await contents((await write('same/b')).root)).toEqual(first);
    const other = await contents((await write('same/c', { seed: 6 })).root);
    expect([...other.keys()]).toEqual([...first.keys()]);
    for (const [name, bytes] of other) {
      expect(bytes, name).not.toBe(first.get(name));
    }
  });

  it('leaves a folder alone that holds the same sample', async () => {
    const { root } = await write('reuse');
    const file = path.join(root, 'sample.json');
    const before = (await stat(file)).mtimeMs;
    const events: unknown[] = [];
    const again = await write('reuse', { onProgress: (event) => events.push(event) });
    expect(again).toEqual({ root, rendered: 0, reused: 4 });
    expect(events).toHaveLength(4);
    expect(events[3]).toEqual({ done: 4, total: 4 });
    expect((await stat(file)).mtimeMs).toBe(before);
  });

  it('renders again only the picture of which a file is missing', async () => {
    const { root } = await write('hole');
    const whole = await contents(root);
    const name = 'gtFine/val/rendered_val/rendered_val_000000_000000_gtFine_labelIds.png';
    await rm(path.join(root, name));
    expect((await write('hole')).rendered).toBe(1);
    expect(await contents(root)).toEqual(whole);
  });

  it('resumes an interrupted call, and removes the half-written files that it left', async () => {
    const whole = await contents((await write('whole')).root);
    const controller = new AbortController();
    const interrupted = write('interrupted', {
      signal: controller.signal,
      onProgress: ({ done }) => {
        if (done === 2) {
          controller.abort();
        }
      },
    });
    await expect(interrupted).rejects.toThrow(/abort/i);
    const root = path.join(folder, 'interrupted');
    const manifest = JSON.parse(await readFile(path.join(root, 'sample.json'), 'utf8')) as {
      isComplete: boolean;
    };
    expect(manifest.isComplete).toBe(false);
    const picture = path.join(root, 'leftImg8bit/train/rendered_train', 'half.png');
    await writeFile(temporaryName(picture), 'half a picture');
    expect(await write('interrupted')).toEqual({ root, rendered: 2, reused: 2 });
    expect(await contents(root)).toEqual(whole);
  });

  it('renders again for another size, and leaves nothing of the old pictures', async () => {
    const { root } = await write('resize');
    expect((await write('resize', { width: 48, counts: { train: 1, val: 1 } })).rendered).toBe(2);
    const fresh = await write('resize/../resized', { width: 48, counts: { train: 1, val: 1 } });
    expect(await contents(root)).toEqual(await contents(fresh.root));
  });

  it('adds or removes pictures without touching the others', async () => {
    const { root } = await write('counts');
    const before = await contents(root);
    expect((await write('counts', { counts: { train: 3, val: 1, test: 1 } })).rendered).toBe(1);
    expect((await write('counts')).rendered).toBe(0);
    expect(await contents(root)).toEqual(before);
  });

  it('refuses a folder with pictures that it did not write', async () => {
    const root = await writeTree(path.join(folder, 'foreign'), {
      'leftImg8bit/train/aachen/aachen_000000_000019_leftImg8bit.png': 'a photograph',
    });
    await expect(writeSample({ root, ...small })).rejects.toThrow(DataError);
    await expect(writeSample({ root, ...small })).rejects.toThrow(/choose another folder/);
    expect([...(await contents(root)).keys()]).toHaveLength(1);
  });

  it('refuses a sample.json of another origin', async () => {
    const root = await writeTree(path.join(folder, 'odd'), { 'sample.json': '{"seed": 1}' });
    await expect(writeSample({ root, ...small })).rejects.toThrow(/sample\.json: expected/);
    await writeFile(path.join(root, 'sample.json'), 'not JSON');
    await expect(writeSample({ root, ...small })).rejects.toThrow(DataError);
  });

  it.each([
    ['width', { width: 20 }, /width to be a whole number from 32 to 4096, got 20/],
    ['height', { height: 64.5 }, /height .* got 64.5/],
    ['seed', { seed: -1 }, /seed .* got -1/],
    ['counts', { counts: { train: -1, val: 0 } }, /counts\.train .* got -1/],
  ])('names a %s that cannot be used', async (_name, options, message) => {
    await expect(write('never', options)).rejects.toThrow(ConfigError);
    await expect(write('never', options)).rejects.toThrow(message);
  });
});
