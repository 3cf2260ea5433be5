import { mkdirSync, realpathSync, rmSync, watch, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CellError } from '../../lib/notebook/kernel/cell-output.js';
import { Engine } from '../../lib/notebook/kernel/engine.js';
import { PACKAGE_FOLDER } from '../../lib/notebook/kernel/package-folder.js';
import { hintToThrown } from '../../lib/notebook/kernel/hints.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';

const before = process.cwd();
const project = realpathSync(temporaryFolder());
const folder = join(project, 'notebooks');
const nothing = () => undefined;
let engine: Engine;

async function errorOf(source: string): Promise<CellError | undefined> {
  const sink = { stream: nothing, display: nothing, error: nothing };
  return (await engine.execute(source, sink)).error;
}

function writePackage(name: string, content: object): void {
  const target = join(project, 'node_modules', name);
  mkdirSync(target, { recursive: true });
  writeFileSync(join(target, 'package.json'), JSON.stringify({ name, ...content }));
  writeFileSync(join(target, 'index.js'), 'module.exports = { one: 1 };');
  writeFileSync(join(target, 'index.d.ts'), 'export const one: number;');
}

describe('hints', () => {
  beforeAll(() => {
    mkdirSync(folder);
    writeFileSync(join(project, 'package.json'), '{}');
    process.chdir(folder);
    engine = new Engine();
  });
  afterAll(() => {
    engine.close();
    process.chdir(before);
  });

  it.each([
    ['!npm install lodash', `run \`npm install lodash\` in a terminal in ${project}`],
    ['npm i -D @scope/name', `run \`npm install @scope/name\` in a terminal in ${project}`],
    ['%pip install numpy', 'packages of npm, not of Python'],
    ["// files\n!ls -la 'a b'", "execSync('ls -la \\'a b\\'', { encoding: 'utf8' })"],
    ['!ls', "execSync('ls', { encoding: 'utf8' })"],
    ['%%bash\nls', 'run the command in a terminal'],
    ['%matplotlib inline', 'await show(figure)'],
    ['%lsmagic', '%lsmagic is a magic of IPython'],
    ["const name = prompt('name?');", "const name = '…'"],
    ["const name = await input('name?');", "const name = '…'"],
    ["import lodash from 'lodash/fp';", `run \`npm install lodash\` in a terminal in ${project}`],
    ["import { a } from '@scope/name/part';", 'run `npm install @scope/name`'],
    ["const lodash = require('lodash');", `run \`npm install lodash\` in a terminal in ${project}`],
    ["import 'lodash';", 'lodash is not installed'],
  ])('say what to do in place of %s', async (source, hint) => {
    const error = await errorOf(source);
    expect(error?.evalue).toContain(hint);
    expect(error?.traceback.at(-1)).toContain(hint);
  });

  it('leave one complaint of the compiler about a line for a shell', async () => {
    const error = await errorOf('!npm install lodash --save');
    expect(error?.traceback.filter((line) => line.startsWith('TS'))).toHaveLength(1);
  });

  it.each([
    '!notReady && 1',
    '!notReady(1)',
    "import { a } from './beside';",
    'const a: string = 1;',
  ])('say nothing to TypeScript: %s', async (source) => {
    const error = await errorOf(source);
    expect(error?.ename).toBe('TypeScriptError');
    expect(error?.traceback.at(-1)).toMatch(/^ {4}\| +\^$/);
  });

  it('tell a package that is there, but not for the compiler, from one that is missing', async () => {
    writePackage('only-exports', {
      exports: { '.': { types: './index.d.ts', default: './index.js' } },
    });
    const { ename, evalue } = (await errorOf("import { one } from 'only-exports/part';"))!;
    expect(ename).toBe('TypeScriptError');
    expect(evalue).toContain(`only-exports is installed in ${join(project, 'node_modules')}`);
    expect(evalue).toContain('// @ts-ignore');
  });

  it('are right: the cell runs once the package is there', async () => {
    const source = "import { one } from 'soon-there';\nconst same: number = one;";
    expect((await errorOf(source))?.evalue).toContain('soon-there is not installed');
    writePackage('soon-there', { main: 'index.js', types: 'index.d.ts' });
    expect(await errorOf(source)).toBeUndefined();
    expect((await errorOf('const text: string = one;'))?.evalue).toContain('not assignable');
  });

  it('do not depend on what becomes of a package that was imported', async () => {
    writePackage('soon-gone', { main: 'index.js', types: 'index.d.ts' });
    expect(await errorOf("import { one } from 'soon-gone';")).toBeUndefined();
    const installed = join(project, 'node_modules', 'soon-gone');
    for (let i = 0; i < 2; i++) {
      const gone = new Promise((resolve) => watch(join(installed, 'index.d.ts'), resolve));
      rmSync(join(installed, 'index.d.ts'));
      await gone;
      writePackage('soon-gone', { main: 'index.js', types: 'index.d.ts' });
      expect(await errorOf('const again: number = one;')).toBeUndefined();
    }
  });

  it('leave the package.json of this checkout alone', () => {
    const thrown = Object.assign(new Error("Cannot find module 'lodash'"), {
      code: 'MODULE_NOT_FOUND',
      requireStack: [join(PACKAGE_FOLDER, 'notebooks', 'src.js')],
    });
    expect(hintToThrown(thrown, join(PACKAGE_FOLDER, 'notebooks'))).toContain(
      `\`npm install --no-save lodash\` in a terminal in ${PACKAGE_FOLDER}`,
    );
    expect(hintToThrown(thrown, folder)).toBeUndefined(); // another package did not find it
  });
});
