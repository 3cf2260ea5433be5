import { describe, expect, it } from 'vitest';
import {
  coreCount,
  exportThreads,
  keepThreads,
  resolveThreads,
} from '../../lib/backend/threads.js';
import { ConfigError } from '../../lib/errors.js';

describe('resolveThreads', () => {
  it('takes the number of cores where nothing is asked for', () => {
    expect(resolveThreads({}, {})).toEqual({
      intra: coreCount(),
      inter: coreCount(),
      note: undefined,
    });
  });

  it('takes what is asked for', () => {
    expect(resolveThreads({ intra: 1, inter: 4 }, {})).toMatchObject({ intra: 1, inter: 4 });
  });

  it('lets the environment go before what is asked for, and says so', () => {
    const threads = resolveThreads({ intra: 1, inter: 4 }, { TF_NUM_INTEROP_THREADS: '3' });
    expect(threads).toEqual({
      intra: 1,
      inter: 3,
      note: 'TF_NUM_INTEROP_THREADS=3 of the environment overrides inter 4',
    });
  });

  it('reads 0 and nonsense of the environment as TensorFlow does: as the default', () => {
    expect(resolveThreads({ intra: 5 }, { TF_NUM_INTRAOP_THREADS: '0' }).intra).toBe(5);
    expect(resolveThreads({ intra: 5 }, { TF_NUM_INTRAOP_THREADS: 'many' }).intra).toBe(5);
  });

  it.each([0, -1, 1.5, Number.NaN])('refuses %d threads', (inter) => {
    expect(() => resolveThreads({ inter }, {})).toThrow(ConfigError);
  });
});

describe('exportThreads', () => {
  it('sets both variables and can put them back', () => {
    const environment: NodeJS.ProcessEnv = { TF_NUM_INTRAOP_THREADS: '7' };
    const undo = exportThreads({ intra: 2, inter: 3, note: undefined }, environment);
    expect(environment).toEqual({ TF_NUM_INTRAOP_THREADS: '2', TF_NUM_INTEROP_THREADS: '3' });
    undo();
    expect(environment).toEqual({ TF_NUM_INTRAOP_THREADS: '7' });
  });
});

describe('keepThreads', () => {
  const loaded = { intra: 2, inter: 2, note: undefined };

  it('says which wish came too late', () => {
    expect(keepThreads(loaded, { intra: 1, inter: 2 })).toMatchObject({ intra: 2, inter: 2 });
    expect(keepThreads(loaded, { intra: 1, inter: 2 }).note).toMatch(/^intra threads stay/);
  });

  it('has nothing to say if the wish is what is in force', () => {
    expect(keepThreads(loaded, { inter: 2 }).note).toBeUndefined();
  });
});
