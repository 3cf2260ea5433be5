import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { PACKAGE_FOLDER } from '../../lib/notebook/kernel/package-folder.js';
import { copyNotebooks } from '../../lib/notebook/lab/copy-notebooks.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';

let own: string;
let copy: string;

function write(folder: string, file: string, text: string): void {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), text);
}

const read = (file: string): string => readFileSync(join(copy, file), 'utf8');

describe('the copy of the notebooks', () => {
  beforeEach(() => {
    own = temporaryFolder();
    copy = join(temporaryFolder(), 'copy');
    for (const file of ['01-a.ipynb', '02-b.ipynb', 'README.md']) {
      write(own, `notebooks/${file}`, `${file} 1`);
    }
    write(own, 'data/voc/README.md', 'voc 1');
    write(own, 'data/camvid/results/study.json', 'study 1');
    write(own, 'data/sample/images/0.png', 'large');
  });

  it('has the notebooks, and beside them what they read', () => {
    expect(copyNotebooks(copy, own)).toEqual({
      notebooks: join(copy, 'notebooks'),
      copied: 5,
      beside: [],
    });
    expect(read('notebooks/02-b.ipynb')).toBe('02-b.ipynb 1');
    expect(read('data/camvid/results/study.json')).toBe('study 1');
    expect(existsSync(join(copy, 'data/sample'))).toBe(false);
  });

  it('keeps what a reader changed, and gets back what was deleted', () => {
    copyNotebooks(copy, own);
    write(copy, 'notebooks/01-a.ipynb', 'mine');
    write(copy, 'notebooks/12-mine.ipynb', 'mine too');
    writeFileSync(join(copy, 'notebooks/02-b.ipynb'), '');
    expect(copyNotebooks(copy, own)).toMatchObject({ copied: 0, beside: [] });
    expect(read('notebooks/01-a.ipynb')).toBe('mine');
    expect(read('notebooks/02-b.ipynb')).toBe('');
    expect(readdirSync(join(copy, 'notebooks'))).toHaveLength(4);
  });

  it('gets a newer file once, beside the old one, whether that was changed or not', () => {
    copyNotebooks(copy, own);
    write(copy, 'notebooks/01-a.ipynb', 'mine');
    write(own, 'notebooks/01-a.ipynb', '01 2');
    write(own, 'notebooks/02-b.ipynb', '02 2');
    const beside = ['01-a.new.ipynb', '02-b.new.ipynb'].map((name) =>
      join(copy, 'notebooks', name),
    );
    expect(copyNotebooks(copy, own)).toMatchObject({ copied: 0, beside });
    expect(read('notebooks/01-a.ipynb')).toBe('mine');
    expect(read('notebooks/02-b.ipynb')).toBe('02-b.ipynb 1');
    expect(read('notebooks/01-a.new.ipynb')).toBe('01 2');
    expect(copyNotebooks(copy, own).beside).toEqual([]);
    write(copy, 'notebooks/01-a.new.ipynb', 'mine again');
    write(own, 'notebooks/01-a.ipynb', '01 3');
    expect(copyNotebooks(copy, own).beside).toEqual([join(copy, 'notebooks/01-a.new-2.ipynb')]);
    expect(read('notebooks/01-a.new.ipynb')).toBe('mine again');
  });

  it('leaves files alone whose origin is not known', () => {
    copyNotebooks(copy, own);
    write(copy, '.autodeeplab.json', 'broken');
    write(copy, 'notebooks/01-a.ipynb', 'mine');
    expect(copyNotebooks(copy, own).beside).toEqual([join(copy, 'notebooks/01-a.new.ipynb')]);
    expect(read('notebooks/01-a.ipynb')).toBe('mine');
  });

  it('is refused in the place of the package, and where it cannot be written', () => {
    expect(() => copyNotebooks(own, own)).toThrow(
      /copy of the notebooks: expected a folder of its own/,
    );
    expect(() => copyNotebooks(join(own, 'notebooks'), own)).toThrow(/choose another folder/);
    expect(() => copyNotebooks(join(own, 'notebooks', 'README.md', 'x'), own)).toThrow(
      /cannot copy the notebooks to .*: a part of the path is not a folder/,
    );
  });

  it('has every file that the notebooks of this package name beside themselves', () => {
    const { notebooks } = copyNotebooks(copy);
    const files = readdirSync(notebooks);
    expect(files.filter((name) => name.endsWith('.ipynb')).length).toBeGreaterThan(10);
    const named = files.flatMap((name) => {
      const text = readFileSync(join(notebooks, name), 'utf8');
      const paths = text.matchAll(/['`](\.\.\/data\/[^'`$]+)['`]|\]\((?!\w+:|#)([^)#]+\.\w+)\)/g);
      return [...paths].map(([, code, link]) => `${name}: ${code ?? link}`);
    });
    expect(named).toContain('11-study.ipynb: ../data/sample/study.json');
    const isIn = (folder: string) => (one: string) => existsSync(join(folder, one.split(': ')[1]));
    const there = named.filter(isIn(join(PACKAGE_FOLDER, 'notebooks')));
    expect(there.length).toBeGreaterThan(10);
    expect(there.filter(isIn(notebooks))).toEqual(there);
    expect(existsSync(join(PACKAGE_FOLDER, 'notebooks', '.autodeeplab.json'))).toBe(false);
  });
});
