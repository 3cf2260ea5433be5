// Lists the licences of all packages that an installation brings, and checks them: each must be one that
// this project (Apache-2.0) may depend on, and environment.md must say what is true.
//
//   node .ci/licences.mjs          writes the table of environment.md anew
//   node .ci/licences.mjs --list   prints every package with its licence
//   node .ci/licences.mjs --check  fails with a line per package or difference
import console from 'node:console';
import { readFileSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { URL } from 'node:url';

/** Licences that ask no more than to be named, and the weak copyleft of libraries that are linked. */
const ALLOWED = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'ISC',
  'LGPL-3.0-or-later',
  'MIT',
  'MIT-0',
  'MPL-2.0',
]);

/** Of a licence with more packages than this, environment.md gives the number. */
const NAMED = 12;

const [BEGIN, END] = ['<!-- licences -->', '<!-- end of licences -->'];
const DOCUMENT = new URL('../environment.md', import.meta.url);

/** The packages of an installation without development, by name. */
function installed() {
  const lock = JSON.parse(readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8'));
  return Object.entries(lock.packages)
    .filter(([path, entry]) => path !== '' && !entry.dev && !entry.link)
    .map(([path, entry]) => {
      const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
      return { name, version: entry.version, licence: entry.license ?? 'none' };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The licences of an expression such as `(MIT AND Apache-2.0)`. */
const partsOf = (licence) => licence.replace(/[()]/g, '').split(/ (?:AND|OR) /);

function table(packages) {
  const byLicence = Map.groupBy
    ? Map.groupBy(packages, ({ licence }) => licence)
    : packages.reduce((groups, one) => {
        groups.set(one.licence, [...(groups.get(one.licence) ?? []), one]);
        return groups;
      }, new Map());
  const rows = [...byLicence]
    .sort(([a, x], [b, y]) => y.length - x.length || (a < b ? -1 : 1))
    .map(([licence, some]) => {
      const names = [...new Set(some.map(({ name }) => `\`${name}\``))];
      const listed = names.length > NAMED ? `${names.length} packages` : names.join(', ');
      return `| ${licence} | ${listed} |`;
    });
  return ['| licence | packages |', '| --- | --- |', ...rows].join('\n');
}

/** A Markdown table without the spaces that a formatter aligns it with. */
const plain = (text) =>
  text
    .replace(/ *\| */g, '|')
    .replace(/-{3,}/g, '---')
    .trim();

const packages = installed();
const document = readFileSync(DOCUMENT, 'utf8');
const [begin, end] = [document.indexOf(BEGIN) + BEGIN.length, document.indexOf(END)];
const mode = process.argv[2];
if (mode === '--list') {
  for (const { name, version, licence } of packages) {
    console.log(`${name} ${version}: ${licence}`);
  }
} else if (mode === '--check') {
  const refused = packages.filter(
    ({ licence }) => !partsOf(licence).every((one) => ALLOWED.has(one)),
  );
  for (const { name, version, licence } of refused) {
    console.error(
      `${name} ${version}: expected a licence out of ${[...ALLOWED].join(', ')}, got ${licence}`,
    );
  }
  const isTrue = plain(document.slice(begin, end)) === plain(table(packages));
  if (!isTrue) {
    console.error(
      'environment.md: expected the licences of package-lock.json, got others; run node .ci/licences.mjs',
    );
  }
  process.exitCode = refused.length === 0 && isTrue ? 0 : 1;
} else {
  writeFileSync(
    DOCUMENT,
    `${document.slice(0, begin)}\n\n${table(packages)}\n\n${document.slice(end)}`,
  );
}
