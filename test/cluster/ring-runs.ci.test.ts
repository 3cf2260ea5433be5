import { beforeAll, describe, expect, it } from 'vitest';
import type { RingReport } from '../../lib/cluster/ring/examine.js';
import { WITHOUT_NAMESPACES } from '../helpers/network-namespace.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { IS_POSSIBLE, runChild, type RunResult } from './run-child.js';

const folder = temporaryFolder();

interface End {
  readonly code: number | null;
  readonly signal: string | null;
  readonly errors: string;
}

type Ends = readonly [End, End];

type Results = Readonly<
  Record<'search' | 'search alone' | 'retrain' | 'retrain alone', RunResult> &
    Record<'differs' | 'stopped' | 'killed', Ends> &
    Record<'stoppedAt' | 'killedAt' | 'hungAt', number>
> & {
  readonly hung: End;
  readonly doctor: { readonly code: number; readonly output: string };
};

let results: Results;

beforeAll(async () => {
  if (IS_POSSIBLE) {
    results = (await runChild('ring-runs', folder)) as Results;
  }
}, 400_000);

const lastLine = ({ errors }: End) => errors.trim().split('\n').at(-1);

const title = IS_POSSIBLE
  ? 'a ring of two processes'
  : `a ring of processes: ${WITHOUT_NAMESPACES}`;

describe.runIf(IS_POSSIBLE)(title, () => {
  it('refuses another run, in all processes', () => {
    const what =
      'expected the run of rank 0, got options.seed 2, at rank 0 1; digest of the training images';
    for (const end of results.differs) {
      expect(end.code).toBe(1);
      expect(lastLine(end)).toMatch(/^error: .*ring: rank 1 \(localhost:5002\): /);
      expect(lastLine(end)).toContain(what);
    }
  });

  it('stops as a whole when one process is stopped, and saves', () => {
    const [first, second] = results.stopped;
    expect([first.code, second.code]).toEqual([143, 143]);
    expect(lastLine(first)).toContain(
      'stopped by another process of the ring; resume with: npx autodeeplab search --resume --out',
    );
    expect(lastLine(second)).toBe('interrupted; rank 0 has the run, and says how to resume it');
    expect(results.stoppedAt).toBeGreaterThanOrEqual(2);
    expect(results.stoppedAt).toBeLessThan(6);
  });

  it('names the process that died, and keeps the state', () => {
    const [first, second] = results.killed;
    // TensorFlow notices it, or else the watch, which ends the process.
    expect(first.code ?? first.signal).toSatisfy((end) => end === 1 || end === 'SIGKILL');
    expect(lastLine(first)).toMatch(
      /^error: ring: expected rank 1 \(localhost:\d+\) to go on, got: .*tart all ranks again and resume the run/,
    );
    expect(second.signal).toBe('SIGKILL');
    expect(results.killedAt).toBeGreaterThanOrEqual(6);
    expect(results.killedAt).toBeLessThan(10);
  });

  it('searches with the numbers of one process, though it was stopped, killed and resumed in one', () => {
    expect(results.search.losses).toHaveLength(5);
    expect(results.search).toEqual(results['search alone']);
  });

  it('names the process that hangs, within the time of a step, and keeps the state', () => {
    expect(results.hung.code).toBe(1);
    expect(lastLine(results.hung)).toMatch(
      /^error: ring: expected rank 1 \(localhost:\d+\) to go on, got: no answer for 5 s\./,
    );
    expect(results.hungAt).toBeGreaterThanOrEqual(1);
    expect(results.hungAt).toBeLessThan(4);
  });

  it('retrains with the numbers of one process, though it hung and was resumed in a ring', () => {
    expect(results.retrain.losses).toHaveLength(4);
    expect(results.retrain).toEqual(results['retrain alone']);
  });

  it('is tested and measured by the doctor', () => {
    const { code, output } = results.doctor;
    expect(code).toBe(0);
    const { ring } = JSON.parse(output) as { ring: RingReport };
    expect(ring).toMatchObject({
      processes: ['localhost:6000', 'localhost:6002'],
      member: { tensorflow: '2.21.0' },
      reduce: 'ring',
    });
    expect(ring.roundTripSeconds).toBeGreaterThan(1e-5);
    expect(ring.bytesPerSecond).toBeGreaterThan(1e6);
  });
});
