import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureCompiled } from '../cli/compiled-cli.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { KernelClient, errorOf, findJupyterClient, textOf } from './kernel-client.js';

const python = await findJupyterClient();
// A folder outside of the checkout: the package must be found from anywhere.
const folder = temporaryFolder();

function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch {
    return false;
  }
}

describe.skipIf(python === undefined)('the kernel', () => {
  let kernel: KernelClient;

  beforeAll(async () => {
    ensureCompiled();
    kernel = await KernelClient.start(python!, folder, temporaryFolder());
  });

  afterAll(async () => {
    await kernel.close();
  });

  it('numbers the cells, in the input it repeats and in its replies', async () => {
    const { cells } = await kernel.execute(['const one = 1;', 'one + 1']);
    const counts = cells.map(({ messages, reply }) => {
      expect(messages[0].type).toBe('execute_input');
      expect(messages[0].content.execution_count).toBe(reply.execution_count);
      return reply.execution_count as number;
    });
    expect(counts[1]).toBe(counts[0] + 1);
    expect(textOf(cells[1])).toBe('2\n');
  });

  it('shows an error with its kind, its message and the lines in both cells it passed', async () => {
    await kernel.cell(
      'interface Size { width: number }\n\nfunction half(size: Size): number {\n' +
        "  if (size.width % 2 === 1) {\n    throw new RangeError('odd');\n  }\n" +
        '  return size.width / 2;\n}',
    );
    const answer = await kernel.cell('type Unused = string;\n\nconst h = half({ width: 3 });');
    const { ename, evalue, traceback } = errorOf(answer);
    expect(answer.reply).toMatchObject({ status: 'error', ename, evalue });
    expect([ename, evalue]).toEqual(['RangeError', 'odd']);
    expect(traceback[1]).toMatch(/at half \(cell \[\d+\], line 5:11\)/);
    expect(traceback[2]).toMatch(/at cell \[\d+\], line 3:11/);
    expect(traceback.join('\n')).not.toContain('node_modules');
    expect(traceback).toContain("> 5 |     throw new RangeError('odd');");
  });

  it("shows the compiler's message with line and column", async () => {
    const { ename, evalue, traceback } = errorOf(
      await kernel.cell('const fine = 1;\nconst wrong: string = 3;'),
    );
    expect(ename).toBe('TypeScriptError');
    expect(evalue).toBe("2:7 - Type 'number' is not assignable to type 'string'.");
    expect(traceback).toContain('> 2 | const wrong: string = 3;');
  });

  it('says what to do in place of a shell', async () => {
    const { evalue, traceback } = errorOf(await kernel.cell('!npm install lodash'));
    expect(evalue).toContain('run `npm install lodash` in a terminal');
    expect(evalue).toContain(traceback.at(-1));
  });

  it('loses nothing of 3000 lines printed in one turn of the event loop', async () => {
    const answer = await kernel.cell('for (let i = 0; i < 3000; i++) console.log(i);');
    expect(textOf(answer)).toBe(Array.from({ length: 3000 }, (_, i) => `${i}\n`).join(''));
    expect(answer.messages.length).toBeLessThan(100);
  });

  it('loses nothing of 1500 displays made in one turn of the event loop', async () => {
    const answer = await kernel.cell(
      "import { display } from 'tslab';\nfor (let i = 0; i < 1500; i++) display.text(String(i));",
    );
    const shown = answer.messages.filter(({ type }) => type === 'display_data');
    expect(
      shown.map(({ content }) => (content.data as Record<string, string>)['text/plain']),
    ).toEqual(Array.from({ length: 1500 }, (_, i) => String(i)));
  });

  it('joins updates of one display that come quicker than one can see, and keeps the last', async () => {
    const answer = await kernel.cell(
      "import { newDisplay } from 'tslab';\nconst bar = newDisplay();\n" +
        'for (let i = 0; i <= 500; i++) bar.text(String(i));',
    );
    const updates = answer.messages.filter(({ type }) => type === 'update_display_data');
    expect(updates.length).toBeLessThan(50);
    expect(updates.at(-1)?.content.data).toEqual({ 'text/plain': '500' });
  });

  it('aborts the signal of the cell, and the next cell has a fresh one', async () => {
    await kernel.cell('const source = globalThis[Symbol.for("autodeeplab.interrupt")];');
    const { cells, seconds } = await kernel.execute(
      [
        'const signal: AbortSignal = source();\nlet steps = 0;\n' +
          'while (!signal.aborted) { await new Promise((r) => setTimeout(r, 20)); steps++; }\n' +
          'console.log(signal.reason.name);',
      ],
      { interrupts: [0.5] },
    );
    expect(seconds).toBeLessThan(5);
    // The loop ended by itself: what follows it ran too.
    expect(textOf(cells[0])).toBe('KeyboardInterrupt\n');
    expect(cells[0].reply).toMatchObject({ status: 'error', ename: 'KeyboardInterrupt' });
    expect(textOf(await kernel.cell('source().aborted'))).toBe('false\n');
  });

  it('shows at the interrupted cell how to resume what it ran', async () => {
    await kernel.cell('const advise = globalThis[Symbol.for("autodeeplab.interrupt-advice")];');
    const answer = await kernel.cell(
      'const own: AbortSignal = source();\n' +
        'while (!own.aborted) { await new Promise((r) => setTimeout(r, 20)); }\n' +
        "advise('saved; resume so');",
      { interrupts: [0.5] },
    );
    expect(textOf(answer, 'stderr')).toBe('saved; resume so\n');
    expect(errorOf(answer)).toMatchObject({ ename: 'KeyboardInterrupt' });
  });

  it('stops a loop that never yields, also after an await', async () => {
    const code = 'await Promise.resolve();\nfor (;;) {}';
    const { cells, seconds } = await kernel.execute([code], { interrupts: [0.3] });
    expect(seconds).toBeLessThan(5);
    expect(errorOf(cells[0])).toMatchObject({ ename: 'KeyboardInterrupt' });
    expect(textOf(await kernel.cell('1 + 1'))).toBe('2\n');
  });

  it('stops compiled code that never yields, before the first await', async () => {
    const code = "new Function('for (;;) {}')();";
    const { cells, seconds } = await kernel.execute([code], { interrupts: [0.3] });
    expect(seconds).toBeLessThan(5);
    expect(errorOf(cells[0])).toMatchObject({ ename: 'KeyboardInterrupt' });
  });

  it('silences the rest of an interrupted cell', async () => {
    await kernel.cell(
      'setInterval(() => console.log("rest"), 50);\nawait new Promise(() => undefined);',
      { interrupts: [0.3] },
    );
    const { cells, others } = await kernel.execute([
      'await new Promise((r) => setTimeout(r, 300));',
    ]);
    expect(textOf(cells[0])).toBe('');
    expect(others.filter(({ type }) => type === 'stream')).toEqual([]);
  });

  it('leaves the rest of a flood out, tells how many lines, and still shows displays and errors', async () => {
    const answer = await kernel.cell(
      "import { display } from 'tslab';\n" +
        'for (let i = 0; i < 200_000; i++) {\n  console.log(i);\n' +
        '  if (i % 10 === 0) await new Promise((resolve) => setImmediate(resolve));\n}\n' +
        "display.text('shown');\nthrow new RangeError('thrown');",
    );
    expect(textOf(answer)).toBe(Array.from({ length: 10_000 }, (_, i) => `${i}\n`).join(''));
    expect(textOf(answer, 'stderr')).toMatch(/10,000 lines.*\n190,000 lines left out/);
    expect(answer.messages.filter(({ type }) => type === 'display_data')).toHaveLength(1);
    expect(errorOf(answer)).toMatchObject({ ename: 'RangeError', evalue: 'thrown' });
    expect(textOf(await kernel.cell("console.log('next')"))).toBe('next\n');
  });

  it('stops a flood that never yields, and tells how many lines it left out', async () => {
    const code = 'for (let i = 0; ; i++) console.log(i);';
    const { cells, seconds } = await kernel.execute([code], { interrupts: [1] });
    expect(seconds).toBeLessThan(8);
    expect(errorOf(cells[0])).toMatchObject({ ename: 'KeyboardInterrupt' });
    expect(textOf(cells[0]).split('\n')).toHaveLength(10_001);
    expect(textOf(cells[0], 'stderr')).toMatch(/lines left out/);
  });

  it('attaches what a cell prints after its end to that cell', async () => {
    const { cells } = await kernel.execute([
      'setTimeout(() => console.log("late"), 100);',
      'await new Promise((r) => setTimeout(r, 300)); console.log("second");',
    ]);
    expect(textOf(cells[0])).toContain('late');
    expect(textOf(cells[1])).toBe('second\n');
  });

  it('fails the cell whose rejection nobody handles', async () => {
    const answer = await kernel.cell("Promise.reject(new Error('nobody'));\nconst after = 1;");
    expect(answer.reply).toMatchObject({ status: 'error', ename: 'Error', evalue: 'nobody' });
    expect(errorOf(answer).traceback).toContain("> 1 | Promise.reject(new Error('nobody'));");
  });

  it('shows an error of a timer at its cell and lives on', async () => {
    const { cells } = await kernel.execute(
      ["setTimeout(() => { throw new TypeError('timer'); }, 100);"],
      { linger: 0.5 },
    );
    expect(cells[0].reply.status).toBe('ok');
    expect(errorOf(cells[0])).toMatchObject({ ename: 'TypeError', evalue: 'timer' });
    expect(textOf(await kernel.cell('2 + 2'))).toBe('4\n');
  });

  it('aborts the cells that wait behind a failed one', async () => {
    const { cells } = await kernel.execute(["throw new Error('first');", '1', '2']);
    expect(cells.map(({ reply }) => reply.status)).toEqual(['error', 'aborted', 'aborted']);
  });

  it('executes the cells that wait behind a failed one if told not to stop', async () => {
    const { cells } = await kernel.execute(["throw new Error('first');", '1', '2'], {
      stop_on_error: false,
    });
    expect(cells.map(({ reply }) => reply.status)).toEqual(['error', 'ok', 'ok']);
  });

  it('executes a cell sent right after the reply of a failed one', async () => {
    const failed = await kernel.cell("throw new Error('first');");
    expect(failed.reply.status).toBe('error');
    expect((await kernel.cell('1')).reply.status).toBe('ok');
  });

  it('waits at the top of a cell, in every form', async () => {
    const code =
      'const five = await (async () => 5)();\nfor await (const x of [Promise.resolve(6)]) console.log(five, x);';
    expect(textOf(await kernel.cell(code))).toBe('5 6\n');
  });

  it('knows variables of earlier cells in the short form of an object', async () => {
    await kernel.cell('const width = 3;\nlet height = 4;');
    const code =
      'const size = { width, height };\n({ height } = { height: 5 });\nconsole.log(size, height);';
    expect(textOf(await kernel.cell(code))).toBe('{ width: 3, height: 4 } 5\n');
  });

  describe('with the package', () => {
    beforeAll(async () => {
      const code = "import { useBackend, countPaths } from 'autodeeplab';";
      expect((await kernel.cell(code)).reply.status).toBe('ok');
    });

    it('imports it from any folder and starts a backend', async () => {
      const answer = await kernel.cell(
        "const info = await useBackend('wasm');\nconsole.log(info.name, countPaths(12) > 0);",
      );
      expect(textOf(answer)).toBe('wasm true\n');
    });

    it('shows a tensor at the end of a cell, and keeps or disposes none', async () => {
      await kernel.cell(
        "import * as tf from '@tensorflow/tfjs-core';\nconst pair = tf.tensor1d([1, 2]);\n" +
          'const count = tf.memory().numTensors;',
      );
      expect(textOf(await kernel.cell('pair'))).toBe('Tensor float32 [2]\n[1, 2]\n');
      const after = 'console.log(tf.memory().numTensors - count); pair.dispose(); pair';
      expect(textOf(await kernel.cell(after))).toBe(
        '0\nTensor float32 [2], disposed: its values are gone\n',
      );
    });

    it('rejects a wrong type', async () => {
      const { ename, evalue } = errorOf(await kernel.cell('const paths: string = countPaths(12);'));
      expect(ename).toBe('TypeScriptError');
      expect(evalue).toMatch(/^1:7 - Type '(number|bigint)' is not assignable to type 'string'/);
    });

    it('completes names of the package and their fields', async () => {
      const names = await kernel.call('ask', {
        method: 'complete',
        arguments: ["import { useB } from 'autodeeplab';", 13],
      });
      expect(names).toMatchObject({ status: 'ok', matches: ['useBackend'], cursor_start: 9 });
      const code = "/* 😀 */ const b = await useBackend('auto'); b.fallb";
      const fields = await kernel.call('ask', {
        method: 'complete',
        arguments: [code, Array.from(code).length],
      });
      expect(fields).toMatchObject({ matches: ['fallback'], cursor_end: Array.from(code).length });
    });

    it('shows the documentation of a function', async () => {
      const found = await kernel.call('ask', { method: 'inspect', arguments: ['useBackend', 4] });
      expect(JSON.stringify(found)).toContain('Promise<BackendInfo>');
    });
  });

  it('gives nbclient a failing notebook with the message and the line', async () => {
    const { error, cells } = await kernel.call<{
      error: { text: string; ename: string };
      cells: readonly { execution_count: number | null; outputs: readonly object[] }[];
    }>('run_notebook', { cells: ['console.log(1)', '\nnull.x', 'console.log(3)'], folder });
    expect(error.ename).toBe('TypeScriptError');
    expect(error.text).toContain('> 2 | null.x');
    expect(cells.map(({ execution_count }) => execution_count)).toEqual([1, 2, null]);
    expect(cells[1].outputs).toHaveLength(1);
  });

  it('executes a message once that is sent three times', async () => {
    await kernel.cell('let turns = 0;');
    const replies = await kernel.call<object[]>('replay', { code: 'turns += 1;', times: 3 });
    expect(replies).toMatchObject([{ status: 'ok' }]);
    expect(textOf(await kernel.cell('console.log(turns)'))).toBe('1\n');
  });

  it('lives on after messages that are signed and broken, on both channels', async () => {
    const header = (type: string) =>
      JSON.stringify({ msg_id: `broken-${type}`, msg_type: type, session: 's' });
    for (const channel of ['shell', 'control']) {
      for (const parts of [
        ['{', '{}', '{}', '{}'],
        ['{}', '{}', '{}', '{}'],
        ['null', 'null', 'null', 'null'],
        [header('interrupt_request'), '{}', '{}', 'null'],
        [header('execute_request'), '{}', '{}', '{"code":7}'],
        [header('complete_request'), '{}', '{}', '{}'],
        [header('inspect_request'), '{}', '{}', '{"code":{},"cursor_pos":"x"}'],
        [header('kernel_info_request'), '{}', '{}', '['.repeat(100_000)],
        [header('__proto__'), '{}', '{}', '{}'],
        [header('toString'), '{}', '{}', '{}'],
      ]) {
        await kernel.call('send_raw', { channel, parts });
      }
    }
    expect(textOf(await kernel.cell('console.log(6 * 7)'))).toBe('42\n');
    expect(await kernel.call('ask', { method: 'is_complete', arguments: ['1'] })).toMatchObject({
      status: 'complete',
    });
  });

  it('ends when the process that started it dies, even while it computes', async () => {
    const orphan = await KernelClient.start(python!, folder, temporaryFolder());
    const processId = await orphan.call<number>('pid');
    expect(isAlive(processId)).toBe(true);
    void orphan.execute(["new Function('for (;;) {}')();"]).catch(() => undefined);
    await sleep(500);
    await orphan.abandon();
    const end = Date.now() + 10_000;
    while (isAlive(processId) && Date.now() < end) {
      await sleep(100);
    }
    expect(isAlive(processId)).toBe(false);
  });
});
