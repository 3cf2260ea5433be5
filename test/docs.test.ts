/** The documentation is true: its links lead somewhere, its examples compile, run and give what they say. */
import { beforeAll, describe, expect, it } from 'vitest';
import { ensureCompiled } from './cli/compiled-cli.js';
import { check, checkLines, near } from './helpers/docs/checks.js';
import { expectedValue, withChecks } from './helpers/docs/expected-values.js';
import { projectFiles } from './helpers/docs/files.js';
import {
  markdownExamples,
  notebookExamples,
  projectExamples,
  sourceExamples,
  type Example,
} from './helpers/docs/find-examples.js';
import { freeNames } from './helpers/docs/imports.js';
import { anchorsOf, brokenLinks, linksOf } from './helpers/docs/links.js';
import { endOf, runExamples, runNode, type RanExamples } from './helpers/docs/run-examples.js';

const examples = projectExamples();

/** Solutions to exercises take a while: `test/notebook/solutions.ci.test.ts` runs them. */
const isRunHere = ({ file, isRun }: Example) => isRun && !file.endsWith('.ipynb');

let ran: RanExamples;

beforeAll(async () => {
  ensureCompiled();
  ran = await runExamples(examples, isRunHere);
}, 300_000);

describe('every link leads somewhere', () => {
  it.each([...projectFiles('.md'), ...projectFiles('.ipynb', 'notebooks')])('in %s', (file) => {
    expect(brokenLinks(file)).toEqual([]);
  });

  it('as far as links, images and headings are recognised', () => {
    const text =
      '# A *b*: c_d?\n## x\n## x\n[a](b.md#c) ![i](p.png) <https://e.org>\n[r]\n\n[r]: q.md\n`[no](n)`';
    expect(linksOf(text)).toEqual(['b.md#c', 'p.png', 'https://e.org', 'q.md']);
    expect([...anchorsOf(text)]).toEqual(['a-b-c_d', 'x', 'x-1']);
  });
});

describe('every example', () => {
  it.each(examples.map(({ name }) => name))('of %s has the right types', (name) => {
    expect(ran.built.get(name)?.problems).toEqual([]);
  });

  it.each(examples.filter(isRunHere).map(({ name }) => name))(
    'of %s runs and gives what it says',
    (name) => {
      expect(endOf(ran, name)).toBe('fine');
    },
  );

  it('is run, but for a few, and many say what they give', () => {
    const skipped = examples.filter(({ isRun }) => !isRun);
    expect(skipped.length).toBeLessThan(examples.length / 8);
    const checks = [...ran.results.values()].reduce((sum, result) => sum + result.checks, 0);
    expect(checks).toBeGreaterThan(15);
  });
});

describe('the site of the documentation', () => {
  it('is complete: every link in comments resolves, every type that is used is in it', async () => {
    // Its types are checked by `npm run check:code`.
    const options = ['--emit', 'none', '--skipErrorChecking'];
    const typedoc = await runNode(['node_modules/typedoc/bin/typedoc', ...options]);
    expect(typedoc).toEqual({ code: 0, output: '' });
  });
});

describe('examples are found', () => {
  it('in comments, with or without fences, up to the next tag', () => {
    const source = [
      '/**',
      ' * One.',
      ' *',
      ' * @example',
      ' * const a = 1;',
      ' *',
      ' * @example',
      ' * ```ts no-run',
      ' * const b = 2;',
      ' * ```',
      ' * @returns three',
      ' */',
    ].join('\n');
    expect(sourceExamples('x.ts', source)).toEqual([
      { name: 'x.ts:5', file: 'x.ts', line: 5, code: 'const a = 1;', isRun: true },
      { name: 'x.ts:9', file: 'x.ts', line: 9, code: 'const b = 2;', isRun: false },
    ]);
  });

  it('in the TypeScript blocks of Markdown', () => {
    const text = 'a\n\n```sh\nls\n```\n\n```ts\nconst a = 1;\n\nb();\n```\n';
    expect(markdownExamples('x.md', text)).toEqual([
      { name: 'x.md:8', file: 'x.md', line: 8, code: 'const a = 1;\n\nb();', isRun: true },
    ]);
  });

  it('in the text cells of notebooks, and not in what they run', () => {
    const fenced = ['a\n', '```ts\n', 'const a = 1;\n', '```'];
    const cells = [
      { cell_type: 'code', id: 'x', source: fenced },
      { cell_type: 'markdown', id: 'y', source: fenced },
    ];
    expect(notebookExamples('n.ipynb', JSON.stringify({ cells }))).toEqual([
      { name: 'n.ipynb#y:3', file: 'n.ipynb', line: 3, code: 'const a = 1;', isRun: true },
    ]);
  });

  it('with the names that they take for granted', () => {
    const code = 'const { a: b } = f({ g, h: 1 }); for (const i of x.y) b(i, (z) => z.q + w);';
    expect(freeNames(code).sort()).toEqual(['f', 'g', 'w', 'x']);
  });

  it('with values that are compared', () => {
    check(10147427, 10147427);
    check({ a: 333.1849, b: 'more' }, { a: near(333.18, 2) });
    check(Float32Array.of(0.5, 2), [near(1 / 2, 9), 2]);
    checkLines('a \nb\nc', ['a', 'b', '…']);
    expect(() => check(75024n, 75025n)).toThrow();
    expect(() => check(333.19, near(333.18, 2))).toThrow();
    expect(() => check([1, 2], [1])).toThrow();
    expect(() => checkLines('a\nb', ['a', 'c'])).toThrow();
  });

  it('with the values that their comments state', () => {
    expect(withChecks('f(); // 2: a word')).toBe('check(f(), 2); // 2: a word');
    expect(withChecks("console.log(x.y); // 'a'")).toBe("check(x.y, 'a'); // 'a'");
    expect(withChecks('const { a, b } = f(); // 1, 2')).toBe(
      'const { a, b } = f(); check([a, b], [1, 2]); // 1, 2',
    );
    expect(withChecks('f();\n// one\n// two')).toBe(
      'checkLines(f(), ["one","two"]);\n// one\n// two',
    );
    expect(withChecks('x = f(); // so it goes')).toBe('x = f(); // so it goes');
    expect(expectedValue('[1 / 2, 0.25]')).toBe('[near(1 / 2, 9), near(0.25, 2)]');
    expect(expectedValue('{ none: 1, skip: 75025n }')).toBe('{ none: 1, skip: 75025n }');
    expect(expectedValue('[0, 0.5]: a, b (c)')).toBe('[0, near(0.5, 1)]');
    expect(expectedValue('the last pixel is ignored')).toBeUndefined();
  });
});
