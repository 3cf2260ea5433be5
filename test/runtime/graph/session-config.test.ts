import { describe, expect, it } from 'vitest';
import {
  SESSION_CONFIG_VARIABLE,
  sessionConfig,
  withSessionConfig,
} from '../../../lib/runtime/graph/session-config.js';

const options = { rewrite: false, threads: { intra: 3, inter: 2 } };

describe('sessionConfig', () => {
  it('is a ConfigProto in hexadecimal digits', () => {
    // 2: intra 3; 5: inter 2; 9: own threads; 10 { 10 { 19: no meta optimizer } }.
    expect(sessionConfig(options)).toBe('1003' + '2802' + '4801' + '5205' + '5203' + '980101');
    expect(sessionConfig({ ...options, rewrite: true })).toMatch(/980100$/);
  });
});

describe('withSessionConfig', () => {
  it('sets the variable for the call only, also if that fails', () => {
    const before = process.env[SESSION_CONFIG_VARIABLE];
    expect(withSessionConfig(options, () => process.env[SESSION_CONFIG_VARIABLE])).toBe(
      sessionConfig(options),
    );
    expect(() =>
      withSessionConfig(options, () => {
        throw new RangeError();
      }),
    ).toThrow(RangeError);
    expect(process.env[SESSION_CONFIG_VARIABLE]).toBe(before);
  });
});
