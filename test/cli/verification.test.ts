/** The report of `autodeeplab doctor --verify`; `.ci/try-package` makes a whole one. */
import { beforeAll, describe, expect, it } from 'vitest';
import { formatVerification, jsonText } from '../../lib/cli/verification.js';
import type { Row } from '../../lib/verify/check.js';
import type { Verification } from '../../lib/verify/verify.js';
import { autodeeplabHere } from './command-line.js';
import { autodeeplab, ensureCompiled } from './compiled-cli.js';

const row = (what: string, more: Partial<Row> = {}): Row => ({
  what,
  expectedFrom: 'PyTorch',
  absolute: 2e-6,
  relative: 1e-6,
  tolerance: 1e-5,
  ok: true,
  seconds: 0.1,
  ...more,
});

const found = (rows: readonly Row[], more: Partial<Verification> = {}): Verification => ({
  backend: {
    name: 'tensorflow',
    versions: { tensorflow: '2.21.0' },
    device: 'cpu',
    threads: { intra: 2, inter: 2, note: undefined },
    fallback: undefined,
  },
  precision: { bits: 23, name: 'float32' },
  checks: [{ name: 'operations', compares: '', rows, seconds: 1 }],
  seconds: 61,
  ...more,
});

describe('the report of a verification', () => {
  it('has a row per comparison and says last that all is right', () => {
    const text = formatVerification(found([row('relu')]), 'r.json');
    expect(text).toMatch(/^ok +operations +relu +PyTorch +1\.0e-6 +2\.0e-6 +1\.0e-5 +0\.1 s$/m);
    expect(text).toMatch(/send the file r\.json to https:\/\/\S+\/issues:/);
    expect(text.split('\n').at(-1)).toBe(
      'Right: all 1 comparison on tensorflow on cpu are within their tolerances (1 min 1 s).',
    );
  });

  it('says what differs, why a comparison failed, and last that it is not right', () => {
    const nothing = { absolute: NaN, relative: NaN, ok: false };
    const text = formatVerification(
      found([row('relu'), row('conv2d', { ...nothing, note: 'no such kernel' })]),
      false,
    );
    expect(text).toMatch(/^DIFFERS +operations +conv2d +PyTorch +- +- /m);
    expect(text).toContain('- operations, conv2d: no such kernel');
    expect(text.split('\n').at(-1)).toMatch(/^Not right: 1 of 2 comparisons /);
  });

  it('explains rounded products and the order of sums on a GPU', () => {
    const { backend } = found([]);
    const gpu = found([row('relu')], {
      backend: { ...backend!, device: 'gpu' },
      precision: { bits: 10, name: 'TF32' },
    });
    const text = formatVerification(gpu, false);
    expect(text).toContain('differences near 9.8e-4 are expected in operations');
    expect(text).toContain('NVIDIA_TF32_OVERRIDE=0');
    expect(text).toContain('On a GPU some sums depend on the order of threads');
  });

  it('writes what JSON cannot hold as text', () => {
    expect(JSON.parse(jsonText({ a: NaN, b: Infinity, c: 1 }))).toEqual({
      a: 'NaN',
      b: 'Infinity',
      c: 1,
    });
  });
});

describe('doctor', () => {
  it('takes --backend with --verify only', async () => {
    const { code, errors } = await autodeeplabHere(['doctor', '--backend', 'wasm']);
    expect(code).toBe(1);
    expect(errors).toEqual(['error: --backend: expected --verify with it, got none; pass both']);
  });
});

describe('doctor --verify, compiled', () => {
  beforeAll(ensureCompiled);

  it('is ended by Ctrl-C', async () => {
    let isSent = false;
    const { code, output, errors } = await autodeeplab(
      ['doctor', '--verify', '--backend', 'wasm'],
      (text, kill) => {
        if (!isSent && text.includes('2/7 operations')) {
          isSent = true;
          kill('SIGINT');
        }
      },
    );
    expect(code).toBe(130);
    expect(output).toBe('');
    expect(errors.at(-1)).toBe('interrupted; nothing was reported');
  });
});
