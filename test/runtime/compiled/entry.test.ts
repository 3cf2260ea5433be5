import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { formatEntry, parseEntry } from '../../../lib/runtime/compiled/entry.js';

const KEY = 'ab'.repeat(32);

const STEPS = {
  facts: {
    ends: { move: { inputs: { x: 'n7' }, outputs: [['y', 'n9']] as const, done: null } },
    works: { move: { dense: 1, depthwise: 0, bytes: 1.5, kernels: 2 } },
    prepares: null,
    tried: [{ recompute: 'none', state: 4, step: 1 / 3, total: 5 }] as const,
  },
  graph: Uint8Array.of(10, 0, 255, 7),
};

const written = () => Buffer.from(formatEntry(KEY, STEPS));

describe('parseEntry', () => {
  it('gives what was written', () => {
    const { facts, graph } = parseEntry(KEY, written())!;
    expect(facts).toEqual(STEPS.facts);
    expect([...graph]).toEqual([...STEPS.graph]);
  });

  it('takes nothing of a file with one bit that is another', () => {
    const content = written();
    for (let i = 0; i < content.length; i++) {
      const damaged = Buffer.from(content);
      damaged[i] ^= 1 << (i % 8);
      expect(parseEntry(KEY, damaged), `byte ${i}`).toBeUndefined();
    }
  });

  it('takes nothing of a file that ends early, or late', () => {
    const content = written();
    for (let length = 0; length < content.length; length++) {
      expect(parseEntry(KEY, content.subarray(0, length)), `${length} bytes`).toBeUndefined();
    }
    expect(parseEntry(KEY, Buffer.concat([content, Buffer.of(0)]))).toBeUndefined();
  });

  it('takes nothing of a file that was written for another key or by another form', () => {
    expect(parseEntry('cd'.repeat(32), written())).toBeUndefined();
    const other = written();
    other.write('autodeeplab graph 2\n');
    expect(parseEntry(KEY, other)).toBeUndefined();
    expect(parseEntry(KEY, Buffer.from('PK\u0003\u0004 of another program'))).toBeUndefined();
  });

  it('has the digest of what follows it, as other programs compute it', () => {
    const content = written();
    const digest = createHash('sha256').update(content.subarray(52)).digest();
    expect(content.subarray(20, 52).equals(digest)).toBe(true);
  });
});
