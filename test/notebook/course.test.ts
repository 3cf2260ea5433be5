import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readingMinutes } from '../../lib/notebook/gallery/reading-time.js';
import { hasTag } from '../../lib/notebook/run/notebook.js';
import { parseNotebook } from '../../lib/notebook/run/read-notebook.js';
import { projectFiles, repository } from '../helpers/docs/files.js';

const files = projectFiles('.ipynb', 'notebooks');
const read = (file: string) => readFileSync(path.join(repository, file), 'utf8');
const notebooks = files.map((file) => parseNotebook(read(file), file));

describe('the course', () => {
  it('takes as long to read as its README says', () => {
    const rows = [
      ...read('notebooks/README.md').matchAll(/\]\(([^)]+\.ipynb)\).*\| (\d+) min +\|$/gm),
    ];
    const said = rows.map(([, file, minutes]) => [`notebooks/${file}`, Number(minutes)]);
    expect(said).toEqual(files.map((file, i) => [file, readingMinutes(notebooks[i])]));
  });

  it.each(files)('has a telling figure, and a solution for each exercise, in %s', (file) => {
    const { cells } = notebooks[files.indexOf(file)];
    expect(cells.filter((cell) => hasTag(cell, 'thumbnail'))).toHaveLength(1);
    const texts = cells
      .filter(({ cell_type: type }) => type === 'markdown')
      .map(({ source }) => source);
    const [, exercises = ''] = texts.join('\n').split('\n## Exercises\n');
    const [given] = exercises.split('<details>');
    const numbers = [...given.matchAll(/^(\d+)\. /gm)].map(([, number]) => number);
    const solved = [...exercises.matchAll(/<summary>Solution (\d+)<\/summary>/g)];
    expect(numbers.length).toBeGreaterThan(2);
    expect(solved.map(([, number]) => number)).toEqual(numbers);
  });
});
