import { describe, expect, it } from 'vitest';
import { interleave, type StepWorker } from './interleave.js';
import { readyMessage, stepMessage } from './fake-messages.js';

/** A worker that writes down what is asked of it; it may fail at a step. */
function fakeWorker(
  name: string,
  log: string[],
  { failsAtStart = false, failsAt }: { failsAtStart?: boolean; failsAt?: number } = {},
): StepWorker {
  let steps = 0;
  let busy = false;
  const work = async (what: string) => {
    expect(busy).toBe(false);
    busy = true;
    log.push(`${name} ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 1));
    log.push(`${name} done`);
    busy = false;
  };
  return {
    start: async () => {
      await work('start');
      if (failsAtStart) {
        throw new Error(`${name} does not start`);
      }
      return readyMessage();
    },
    step: async () => {
      steps++;
      await work(`step ${steps}`);
      if (steps === failsAt) {
        throw new Error(`${name} fails`);
      }
      return stepMessage({ ms: steps });
    },
    close: () => {
      log.push(`${name} close`);
      return Promise.resolve();
    },
  };
}

const begun = (log: readonly string[]) => log.filter((line) => / (start|step)/.test(line));

describe('interleave', () => {
  it('starts all, then runs a step of each in turn', async () => {
    const log: string[] = [];
    const outcomes = await interleave([fakeWorker('A', log), fakeWorker('B', log)], 3);
    expect(begun(log)).toEqual([
      ...['A start', 'B start', 'A step 1', 'B step 1'],
      ...['A step 2', 'B step 2', 'A step 3', 'B step 3'],
    ]);
    expect(outcomes.map(({ steps }) => steps.map(({ ms }) => ms))).toEqual([
      [1, 2, 3],
      [1, 2, 3],
    ]);
    expect(outcomes.every(({ failure }) => failure === undefined)).toBe(true);
  });

  it('lets only one work at a time', async () => {
    const log: string[] = [];
    await interleave([fakeWorker('A', log), fakeWorker('B', log), fakeWorker('C', log)], 2);
    const work = log.filter((line) => !line.endsWith('close'));
    for (let i = 0; i < work.length; i += 2) {
      expect(work[i + 1]).toBe(`${work[i][0]} done`);
    }
  });

  it('leaves out a worker that fails and goes on with the others', async () => {
    const log: string[] = [];
    const [a, b, c] = await interleave(
      [
        fakeWorker('A', log, { failsAt: 2 }),
        fakeWorker('B', log),
        fakeWorker('C', log, { failsAtStart: true }),
      ],
      3,
    );
    expect(a.failure).toBe('A fails');
    expect(a.steps).toHaveLength(1);
    expect(b).toMatchObject({ failure: undefined });
    expect(b.steps).toHaveLength(3);
    expect(c).toMatchObject({ ready: undefined, steps: [], failure: 'C does not start' });
    expect(begun(log)).not.toContain('A step 3');
    expect(begun(log)).not.toContain('C step 1');
  });

  it('stops a worker that has used its time, but not before the second step', async () => {
    const [a] = await interleave([fakeWorker('A', [])], 9, 6); // steps take 1, 2, 3 … ms
    expect(a.steps).toHaveLength(3);
    const [b] = await interleave([fakeWorker('B', [])], 9, 0);
    expect(b.steps).toHaveLength(2);
    expect(b.failure).toBeUndefined();
  });

  it('closes every worker', async () => {
    const log: string[] = [];
    await interleave([fakeWorker('A', log, { failsAtStart: true }), fakeWorker('B', log)], 1);
    expect(log).toContain('A close');
    expect(log).toContain('B close');
  });
});
