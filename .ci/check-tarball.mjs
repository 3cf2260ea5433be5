/**
 * Checks what a tarball of `npm pack` holds: all that a user needs, nothing of the workshop.
 *
 *     node .ci/check-tarball.mjs autodeeplab-0.1.0.tgz
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import process from 'node:process';

const tarball = resolve(process.argv[2]);
process.chdir(join(import.meta.dirname, '..'));

/** The largest tarball, in bytes: the pictures of notebooks and of the study are most of it. */
const MOST_BYTES = 6.5e6;

/** What nobody needs who only uses the package. */
const FORBIDDEN = [
  /tsbuildinfo/,
  /\.test\./,
  /^(test|out|runs|coverage|node_modules|\.ci|\.git)\//,
  /fixtures/,
  /^data\/(?![\w-]+\/README\.md$|camvid\/results\/|photograph\/|recipes\/|sample\/study\.json$)/,
  /^(package-lock\.json|\.\w+)$/,
];

const NEEDED = [
  ...['package.json', 'README.md', 'LICENSE', 'CHANGELOG.md', 'environment.md'],
  ...['dist/index.js', 'dist/index.d.ts', 'dist/cli/main.js', 'dist/notebook/kernel/start.js'],
  ...filesIn('lib/backend/setup/native'),
  ...filesIn('lib/verify/reference'),
  ...['dist/verify/check-child.js', 'dist/verify/search-child.js'],
  ...filesIn('notebooks'),
  ...filesIn('data/camvid/results'),
  ...filesIn('data/photograph'),
  ...filesIn('data/recipes'),
  'data/sample/study.json',
];

/** The files of a folder, without hidden ones. */
function filesIn(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map(({ name }) => `${folder}/${name}`);
}

/** The files of this repository, below `data`, that the cells of a notebook read. */
function readByCells(notebook) {
  const { cells } = JSON.parse(readFileSync(notebook, 'utf8'));
  const code = cells.filter((cell) => cell.cell_type === 'code').flatMap(({ source }) => source);
  return [...code.join('').matchAll(/['"`]\.\.\/(data\/[^'"`$]+)['"`]/g)]
    .map(([, file]) => file)
    .filter((file) => existsSync(file));
}

/** The source of a compiled file; one without a source is left of an earlier build. */
function sourceOf(file) {
  return file.replace(/^dist\//, 'lib/').replace(/(\.d)?\.(js|ts)(\.map)?$/, '.ts');
}

function findProblems() {
  const listing = execFileSync('tar', ['-tzf', tarball], { encoding: 'utf8' });
  const files = new Set(
    listing
      .trim()
      .split('\n')
      .map((line) => line.replace('package/', '')),
  );
  const read = filesIn('notebooks')
    .filter((name) => name.endsWith('.ipynb'))
    .flatMap(readByCells);
  const { size } = statSync(tarball);
  return [
    ...[...NEEDED, ...read].filter((file) => !files.has(file)).map((file) => `${file} is missing`),
    ...[...files]
      .filter((file) => FORBIDDEN.some((pattern) => pattern.test(file)))
      .map((file) => `${file} does not belong there`),
    ...[...files]
      .filter((file) => file.startsWith('dist/') && !files.has(sourceOf(file)))
      .map((file) => `${file} has no source; remove dist and build again`),
    ...(size > MOST_BYTES ? [`expected at most ${MOST_BYTES} bytes, got ${size}`] : []),
  ];
}

const problems = findProblems();
for (const problem of problems) {
  process.stdout.write(`tarball: ${problem}\n`);
}
if (problems.length === 0) {
  process.stdout.write(`tarball: as it should be, ${statSync(tarball).size} bytes\n`);
}
process.exitCode = problems.length === 0 ? 0 : 1;
