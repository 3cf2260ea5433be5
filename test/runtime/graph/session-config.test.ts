import { describe, expect, it } from 'vitest';
import { sessionConfig } from '../../../lib/runtime/graph/session-config.js';

const options = { rewrite: false, threads: { intra: 3, inter: 2 } };

/** GraphOptions 3: OptimizerOptions; 3: opt_level; −1, L0, in ten bytes. */
const LEAST = '1a0b18' + 'ffffffffffffffffff01';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

describe('sessionConfig', () => {
  it('is a serialised ConfigProto', () => {
    // 2: intra 3; 5: inter 2; 9: own threads; 10 { 3 { 3: level −1 } 10 { 19: no meta optimizer } }.
    const expected = '1003' + '2802' + '4801' + '5212' + LEAST + '5203' + '980101';
    expect(hex(sessionConfig(options))).toBe(expected);
    expect(hex(sessionConfig({ ...options, rewrite: true }))).toMatch(/480152055203980100$/);
  });

  it('names as many processors as nodes are placed on, and lets operations go elsewhere', () => {
    // 1 { key "CPU", value 2 }; 7: soft placement.
    const config = (devices: string[]) => hex(sessionConfig({ ...options, devices }));
    expect(config(['/device:CPU:0', '/device:CPU:1'])).toMatch(/^0a070a03435055100238011003/);
    expect(config(['/device:GPU:1'])).toMatch(/^0a070a0343505510013801/);
    expect(config([])).toBe(hex(sessionConfig(options)));
  });

  it('has no threads of its own on a server, its own state, and a limit in time', () => {
    const place = { target: 'grpc://node7:5000', timeoutSeconds: 1.5 };
    // 2: intra 3; 5: inter 2; 10 { … }; 15: isolated state; 11: 1500 = 0x5dc ms.
    const expected = '1003' + '2802' + '5212' + LEAST + '5203' + '980101' + '7801' + '58dc0b';
    expect(hex(sessionConfig({ ...options, place }))).toBe(expected);
  });

  it('joins a ring: sees its own task and the leader, whom it names', () => {
    const config = (rank: number) => {
      const ring = { rank, tasks: ['/t:0', '/t:1'], hint: 'ring' } as const;
      return hex(sessionConfig({ ...options, ring }));
    };
    const [leader, second] = ['2f743a30', '2f743a31']; // of four bytes each
    // 4: filters; 16 { 1: the leader }.
    expect(config(0)).toMatch(new RegExp(`^2204${leader}8201060a04${leader}10`));
    expect(config(1)).toMatch(new RegExp(`^2204${leader}2204${second}8201060a04${leader}10`));
  });
});
