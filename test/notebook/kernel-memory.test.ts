import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CellSink } from '../../lib/notebook/kernel/cell-output.js';
import { Engine } from '../../lib/notebook/kernel/engine.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';

const MIB = 2 ** 20;
const before = process.cwd();
let engine: Engine;

/** A sink that takes 2 MiB, as one with the request and the outputs of a large cell may. */
function largeSink(): CellSink {
  const large = Array.from({ length: MIB / 4 }, (_, i) => i + 0.5);
  const take = () => void large.length;
  return { stream: take, display: take, error: take };
}

async function heapInUse(): Promise<number> {
  await engine.execute('1', largeSink()); // the last cell is kept
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed / MIB;
}

describe('the engine', () => {
  beforeAll(() => {
    process.chdir(temporaryFolder());
    engine = new Engine();
  });
  afterAll(() => {
    engine.close();
    process.chdir(before);
  });

  it.each([
    ['ended well', `const value: number = 1;\nconsole.log(value);`, undefined],
    ['failed', `throw new RangeError('odd');`, 'RangeError'],
    ['were not compiled', `const text: string = 1;`, 'TypeScriptError'],
    ['waited', `await Promise.resolve(1);`, undefined],
  ])('keeps nothing of cells that %s but their code', async (_, code, fails) => {
    const execute = async (times: number) => {
      for (let i = 0; i < times; i++) {
        const { error } = await engine.execute(code, largeSink());
        expect(error?.ename).toBe(fails);
      }
    };
    await execute(3); // the compiler has read its libraries
    const start = await heapInUse();
    await execute(12);
    expect((await heapInUse()) - start).toBeLessThan(6);
  });
});
