import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { Cell, Notebook } from '../../lib/notebook/run/notebook.js';
import { readNotebook } from '../../lib/notebook/run/read-notebook.js';
import {
  runNotebook,
  type CellEvent,
  type NotebookRunOptions,
} from '../../lib/notebook/run/run-notebook.js';
import { writeNotebook } from '../../lib/notebook/run/write-notebook.js';
import { ensureCompiled } from '../cli/compiled-cli.js';
import { allPaths } from '../helpers/brute-force-paths.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { code, codeCells, notebookOf, printed, text } from './make-notebook.js';

const fixtures = fileURLToPath(new URL('fixtures', import.meta.url));
const folder = temporaryFolder();

beforeAll(() => {
  ensureCompiled(); // the cells run in a compiled process
});

type Options = Omit<NotebookRunOptions, 'notebook' | 'file'>;

/** Runs cells in the temporary folder. */
function run(cells: readonly (string | Cell)[], options: Options = {}) {
  const notebook = notebookOf(
    ...cells.map((cell) => (typeof cell === 'string' ? code(cell) : cell)),
  );
  return runNotebook({ notebook, file: path.join(folder, 'test.ipynb'), ...options });
}

/** The outputs of each code cell. */
const outputsOf = (notebook: Notebook) => codeCells(notebook).map(({ outputs }) => outputs);

describe('running a notebook', () => {
  it('numbers cells, joins streams, applies updates to their displays, and has the library', async () => {
    const file = path.join(fixtures, '00-hello.ipynb');
    const events: CellEvent[] = [];
    const { notebook, failure, backend, seconds } = await runNotebook({
      notebook: await readNotebook(file),
      file,
      parameters: { layers: 5 },
      onCell: (event: CellEvent) => events.push(event),
    });
    expect(failure).toBeUndefined();
    expect(backend).toBeUndefined();
    expect(codeCells(notebook).map((cell) => cell.execution_count)).toEqual([1, 2, 3, 4, 5, 6]);
    const [, , count, live, error] = outputsOf(notebook);
    const paths = allPaths(5).length;
    expect(count).toEqual([printed(`5 layers, label "", mode tiny\n${paths}n\n`)]);
    expect(live).toMatchObject([
      { output_type: 'display_data', data: { 'text/plain': 'step 4' } },
      { output_type: 'stream', name: 'stderr', text: 'a note\n' },
      { output_type: 'stream', name: 'stdout', text: 'took 0.123 s, 12.5 MiB\n' },
    ]);
    expect(error).toMatchObject([
      { output_type: 'error', ename: 'RangeError', evalue: 'on purpose' },
    ]);
    expect(events.map(({ kind, number, of }) => `${kind} ${number}/${of}`).slice(0, 4)).toEqual([
      ...['cell 1/6', 'cell-end 1/6', 'cell 2/6', 'cell-end 2/6'],
    ]);
    expect(events.at(-1)!.seconds).toBeLessThanOrEqual(seconds);
  });

  it('leaves blank cells and texts alone, runs in the folder of the notebook, and changes displays', async () => {
    await writeFile(path.join(folder, 'beside.txt'), 'beside');
    const { notebook, failure } = await run([
      ...[text('# T'), '  \n', "import { readFileSync } from 'fs';"],
      "console.log(readFileSync('beside.txt', 'utf8'))",
      "import { newDisplay } from 'tslab';\nconst a = newDisplay();\na.text('one');\nconsole.log('x');",
      "a.html('<b>two</b>');",
      'for (let i = 0; i < 9000; i++) console.log(`line ${i}`);',
      "import { display } from 'tslab';\nconst live = newDisplay();\n" +
        'for (let i = 0; i < 3000; i++) live.text(`${i}`);\n' +
        'for (let i = 0; i < 1000; i++) display.text(`${i}`);',
    ]);
    expect(failure).toBeUndefined();
    expect(codeCells(notebook).map((cell) => cell.execution_count)).toEqual([
      ...[null, 1, 2, 3, 4, 5, 6],
    ]);
    const [, , beside, first, second, [lines, ...none], displays] = outputsOf(notebook);
    expect(beside).toEqual([printed('beside\n')]);
    expect([first, second]).toMatchObject([
      [{ data: { 'text/html': '<b>two</b>' } }, { text: 'x\n' }], // the display keeps its place
      [],
    ]);
    expect(none).toEqual([]); // nothing of a flood is lost
    expect('text' in lines && lines.text.trimEnd().split('\n')).toHaveLength(9000);
    expect(displays).toHaveLength(1001);
    expect(displays[0]).toMatchObject({ data: { 'text/plain': '2999' } });
    expect(displays[1000]).toMatchObject({ data: { 'text/plain': '999' } });
  });

  it('leaves the rest of a flood of lines out and tells how many', async () => {
    const { notebook, failure } = await run(['for (let i = 0; i < 200000; i++) console.log(i);']);
    expect(failure).toBeUndefined();
    const [[lines, end]] = outputsOf(notebook);
    expect('text' in lines && lines.text.split('\n')).toHaveLength(10_001);
    expect(end).toMatchObject({ name: 'stderr' });
    expect('text' in end && end.text).toMatch(/10,000 lines.*\n190,000 lines left out/);
  });

  it('passes the backend on, and tells which one was used', async () => {
    const { notebook, backend } = await run(
      [
        'console.log(process.env.AUTODEEPLAB_BACKEND)',
        "import { useBackend } from 'autodeeplab';\nawait useBackend();",
      ],
      { backend: 'wasm' },
    );
    expect(outputsOf(notebook)[0]).toEqual([printed('wasm\n')]);
    expect(backend).toBe('wasm');
  });
});

describe('a notebook that fails', () => {
  it('says that objects took too much memory', async () => {
    const grow =
      'const keep: number[][] = [];\nfor (;;) keep.push(Array.from({ length: 20000 }, (_, i) => i + 0.5));';
    const environment = { NODE_OPTIONS: '--max-old-space-size=200' };
    const { failure } = await run(['1', grow], { environment });
    expect(failure).toMatchObject({ kind: 'crash', number: 2 });
    expect(failure?.error.evalue).toContain('out of memory for JavaScript objects; NODE_OPTIONS=');
  });

  it('says what to do in place of a magic, what the compiler found, and where', async () => {
    const mayFail = { tags: ['raises-exception'] };
    const { notebook, failure } = await run([
      code('%cd elsewhere', mayFail),
      'const a = 1;\nconst b: string = a;',
    ]);
    const [[magic]] = outputsOf(notebook);
    expect(magic).toMatchObject({ output_type: 'error' });
    expect('traceback' in magic && magic.traceback.at(-1)).toContain("process.chdir('folder')");
    expect(failure).toMatchObject({ number: 2 });
    expect(failure?.error.evalue).toMatch(/^2:7 - Type 'number' is not assignable/);
  });

  it('ends at the cell that throws, with its error in its outputs', async () => {
    const source =
      "console.log('before');\nconst f = () => { throw new TypeError('no x'); };\nf();";
    const { notebook, failure } = await run(['const x = 1;', source, "console.log('after')"]);
    expect(failure).toMatchObject({
      kind: 'error',
      number: 2,
      of: 3,
      source,
      error: { output_type: 'error', ename: 'TypeError', evalue: 'no x' },
    });
    expect(failure?.error.traceback.join('\n')).toMatch(/> 2 \| const f = /);
    const [, failed, after] = codeCells(notebook);
    expect(failed.outputs[0]).toEqual(printed('before\n'));
    expect(failed.outputs[1]).toEqual(failure?.error);
    expect(after).toMatchObject({ execution_count: null, outputs: [] });
  });

  it('fails by a rejection that nobody handles, and by an error in a timer', async () => {
    const rejection = "void Promise.reject(new Error('lost'));";
    const timer = "setTimeout(() => { throw new Error('late'); }, 1);";
    const wait = 'await new Promise((done) => setTimeout(done, 50));';
    const [first, second] = await Promise.all([run([rejection, '1']), run([timer + wait, '1'])]);
    expect(first.failure).toMatchObject({ number: 1, error: { evalue: 'lost' } });
    expect(second.failure).toMatchObject({ number: 1, error: { evalue: 'late' } });
  });

  it('tells of a process that ends itself, and keeps what it had printed', async () => {
    const { notebook, failure } = await run(["console.log('last');\nprocess.exit(3);", '1']);
    expect(failure).toMatchObject({ kind: 'crash', number: 1 });
    expect(failure?.error.evalue).toMatch(/^the process of the notebook ended with code 3/);
    expect(outputsOf(notebook)[0]).toMatchObject([
      { text: 'last\n' },
      { output_type: 'error', ename: 'ProcessEnded' },
    ]);
  });

  it('tells of a process that a signal ends, with its last output', async () => {
    const { failure } = await run([
      "require('fs').writeSync(2, 'native trouble');\nprocess.kill(process.pid, 'SIGKILL');",
    ]);
    expect(failure?.error.evalue).toMatch(/was ended by SIGKILL.*last output:\nnative trouble/);
  });

  it('stops a cell that takes too long', async () => {
    const { notebook, failure } = await run(
      ['1', 'await new Promise((done) => setTimeout(done, 60000));', '2'],
      { cellTimeout: 0.5 },
    );
    expect(failure).toMatchObject({
      kind: 'timeout',
      number: 2,
      error: { evalue: 'the cell took longer than 0.5 s' },
    });
    expect(outputsOf(notebook)[1]).toEqual([failure?.error]);
  });

  it('stops at a signal, with the processes that it started', async () => {
    const sleeper = path.join(folder, 'sleeper');
    const controller = new AbortController();
    const running = run(
      [
        "import { spawn } from 'child_process';\n" +
          "const sleeper = spawn('sleep', ['60']);\n" +
          `require('fs').writeFileSync(${JSON.stringify(sleeper)}, String(sleeper.pid));`,
        'for (;;) await new Promise((done) => setTimeout(done, 10));',
      ],
      {
        signal: controller.signal,
        onCell: ({ kind, number }) => {
          if (kind === 'cell' && number === 2) {
            setTimeout(() => controller.abort(), 100);
          }
        },
      },
    );
    const { failure, seconds } = await running;
    expect(failure).toMatchObject({ kind: 'interrupted', number: 2 });
    expect(seconds).toBeLessThan(30);
    expect(existsSync(sleeper)).toBe(true);
    const pid = await readFile(sleeper, 'utf8');
    await sleep(100);
    const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', pid], { encoding: 'utf8' });
    expect(stdout.trim()).toMatch(/^(?:Z.*)?$/); // gone, or dead and waiting to be asked for
  });

  it('leaves no process behind when the one that runs it is killed, even in a loop', async () => {
    const notebook = path.join(folder, 'orphan.ipynb');
    const pids = path.join(folder, 'orphan.pids');
    const source =
      "const sleeper = require('child_process').spawn('sleep', ['60']);\n" +
      `require('fs').writeFileSync(${JSON.stringify(pids)}, [process.pid, sleeper.pid].join());\n` +
      'for (;;) {}';
    await writeNotebook(notebook, notebookOf(code(source)));
    const cli = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
    const runner = spawn(
      process.execPath,
      [cli, 'notebook', 'run', 'orphan', '--folder', folder, '--out', path.join(folder, 'o')],
      { stdio: 'ignore' },
    );
    await vi.waitUntil(() => existsSync(pids) && readFileSync(pids, 'utf8').includes(','), 30_000);
    runner.kill('SIGKILL');
    const isGone = (pid: string) => {
      const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', pid], { encoding: 'utf8' });
      return /^(?:Z.*)?$/.test(stdout.trim());
    };
    const found = readFileSync(pids, 'utf8').split(',');
    await vi.waitUntil(() => found.every(isGone), 10_000);
  });

  it('does not start if it is stopped before', async () => {
    const { failure } = await run(['1'], { signal: AbortSignal.abort() });
    expect(failure).toMatchObject({ kind: 'interrupted' });
  });
});
