import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { ensureCompiled } from '../cli/compiled-cli.js';
import {
  HAS_NAMESPACES,
  runInNamespace,
  WITHOUT_NAMESPACES,
} from '../helpers/network-namespace.js';

interface End {
  readonly code: number | null;
  readonly signal: string | null;
  readonly errors: string;
}

interface Meeting {
  readonly leader: string;
  readonly others: readonly string[];
  readonly notes: readonly string[];
}

type Results = Readonly<
  Record<'complete' | 'strangers' | 'version' | 'kernels' | 'facts' | 'late' | 'gone', Meeting> & {
    taken: string;
    blocked: End;
    free: End;
  }
>;

let results: Results;

beforeAll(async () => {
  if (HAS_NAMESPACES) {
    ensureCompiled();
    const child = fileURLToPath(new URL('child/ring-meeting.mjs', import.meta.url));
    const { code, output, errors } = await runInNamespace([child]);
    expect(code, errors).toBe(0);
    results = JSON.parse(output) as Results;
  }
});

const title = HAS_NAMESPACES ? 'rank 0 of a ring' : `rank 0 of a ring (${WITHOUT_NAMESPACES})`;

describe.runIf(HAS_NAMESPACES)(title, () => {
  it('meets all others, in any order', () => {
    expect(results.complete).toEqual({
      leader: 'no error',
      others: ['no error', 'no error'],
      notes: [],
    });
  });

  it('sends away whoever is of another ring or has no rank of its own, and goes on', () => {
    const { leader, others, notes } = results.strangers;
    expect(leader).toBe('no error');
    const [otherRing, first, fourth, one, again, two] = others;
    expect(otherRing).toContain('expected the ring localhost:PORT,');
    expect(otherRing).toContain('got a:1,b:1,c:1; start all ranks with the same list');
    expect(first).toContain('expected a rank from 1 to 2 that is free, got 0, which is here');
    expect(fourth).toContain('expected a rank from 1 to 2 that is free, got 3');
    expect(again).toContain(
      'expected a rank from 1 to 2 that is free, got 1, which has come already',
    );
    expect([one, two]).toEqual(['no error', 'no error']);
    expect(notes).toHaveLength(4);
    expect(notes[0]).toMatch(/^refused (127\.0\.0\.1|::1):PORT: expected the ring/);
  });

  it.each([
    ['version', 'expected autodeeplab 1.2.3 as at rank 0, got autodeeplab 1.2.4; install the same'],
    [
      'kernels',
      'expected the kernels AdlB as at rank 0, got a TensorFlow without them; run there:',
    ],
    [
      'facts',
      'expected the run of rank 0, got options.seed 2, at rank 0 1; options.crop 33, at rank 0 none; start ' +
        'all ranks with the same command, on the same data',
    ],
  ] as const)('refuses all if one differs: %s', (what, text) => {
    const { leader, others } = results[what];
    expect(leader).toMatch(/^ring: rank 1 \(localhost:\d+\): /);
    for (const told of [leader, ...others]) {
      expect(told).toContain(text);
    }
  });

  it('tells whom it waits for, and how long', () => {
    const { leader, others, notes } = results.late;
    expect(notes).toEqual(['waiting up to 1.5 s for rank 1 (localhost:PORT)']);
    for (const told of [leader, ...others]) {
      expect(told).toContain(
        'ring: expected all 3 processes within 1.5 s, got none as rank 1 (localhost:',
      );
    }
  });

  it('does not wait for the others when one has gone', () => {
    expect(results.gone.leader).toMatch(/^ring: expected rank 1 \(localhost:\d+\) to stay, got: /);
  });

  it('says that its port is taken', () => {
    expect(results.taken).toMatch(
      /^ring: expected to listen on port \w+ as rank 0, got .*EADDRINUSE/,
    );
  });
});

describe.runIf(HAS_NAMESPACES)('the watch over a process that is gone', () => {
  it('ends a process that is blocked, and says why', () => {
    const { signal, errors } = results.blocked;
    expect(signal).toBe('SIGKILL');
    expect(errors).toMatch(
      /^error: ring: expected rank 1 \(here\) to go on, got: connect ECONNREFUSED 127\.0\.0\.1:\d+, and a step/,
    );
  });

  it('leaves a process alone that is not', () => {
    expect(results.free).toEqual({ code: 0, signal: null, errors: '' });
  });
});
