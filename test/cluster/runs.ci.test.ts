import { beforeAll, describe, expect, it } from 'vitest';
import type { ClusterReport } from '../../lib/cluster/examine.js';
import type { CliResult } from '../cli/compiled-cli.js';
import { WITHOUT_NAMESPACES } from '../helpers/network-namespace.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { IS_POSSIBLE, runChild, type RunResult } from './run-child.js';

const folder = temporaryFolder();

type Results = Readonly<
  Record<'search' | 'search alone' | 'retrain' | 'retrain alone', RunResult>
> & {
  readonly killed: Omit<CliResult, 'errors'> & { readonly errors: string };
  readonly left: number;
  readonly doctor: { readonly code: number; readonly output: string };
};

let results: Results;

beforeAll(async () => {
  if (IS_POSSIBLE) {
    results = (await runChild('runs', folder)) as Results;
  }
}, 400_000);

describe.runIf(IS_POSSIBLE)(IS_POSSIBLE ? 'two processes' : WITHOUT_NAMESPACES, () => {
  it('search with the numbers of one, bit for bit', () => {
    expect(results.search.losses).toHaveLength(3);
    expect(results.search).toEqual(results['search alone']);
  });

  it('are tested and measured by the doctor', () => {
    const { code, output } = results.doctor;
    expect(code).toBe(0);
    const { cluster } = JSON.parse(output) as { cluster: ClusterReport };
    const [worker] = cluster.workers;
    expect(worker).toMatchObject({ name: '127.0.0.1:5000', member: { tensorflow: '2.21.0' } });
    expect(worker.problem).toBeUndefined();
    expect(worker.roundTripSeconds).toBeGreaterThan(1e-5);
    expect(worker.bytesPerSecond).toBeGreaterThan(1e6);
    expect(cluster.devices).toHaveLength(2);
  });

  it('name the worker that died, and what is kept', () => {
    const { code, errors } = results.killed;
    expect(code).toBe(1);
    expect(errors.trim().split('\n').at(-1)).toBe(
      'error: cluster: expected worker 127.0.0.1:5000 to go on, got: its TensorFlow process ended with ' +
        'signal SIGKILL. Start the worker again, or leave it out, and resume the run',
    );
    expect(results.left).toBeGreaterThanOrEqual(2);
    expect(results.left).toBeLessThan(6);
  });

  it('retrain with the numbers of one, though it was resumed on one machine', () => {
    expect(results.retrain.losses).toHaveLength(3);
    expect(results.retrain).toEqual(results['retrain alone']);
  });
});
