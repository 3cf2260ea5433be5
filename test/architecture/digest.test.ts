import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { logitsDigest } from '../../lib/architecture/digest.js';

describe('logitsDigest', () => {
  it('is the SHA-256 of little-endian float32', () => {
    // 1.5 is 0x3fc00000, -2 is 0xc0000000.
    const bytes = Buffer.from([0, 0, 0xc0, 0x3f, 0, 0, 0, 0xc0]);
    expect(logitsDigest([1.5, -2])).toBe(createHash('sha256').update(bytes).digest('hex'));
  });

  it('equals the digests that Python computes', () => {
    // sha256(struct.pack('<2f', 0, 1)), and of no bytes at all
    expect(logitsDigest([0, 1])).toBe(
      '22b6f43bd8d27738d3213f29e96b62d01d9d6c0ab4f9732aaae803186f51eab7',
    );
    expect(logitsDigest([])).toBe(
      'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    );
  });

  it('is the same for a list and the typed array that holds its numbers', () => {
    expect(logitsDigest(Float32Array.of(0.1, -0.2))).toBe(logitsDigest([0.1, -0.2]));
  });

  it('tells orders, signs of zero and single bits apart', () => {
    const digests = [[0, 1], [1, 0], [-0, 1], [0, 1 + 2 ** -23], [0]].map(logitsDigest); // oxfmt-ignore
    expect(new Set(digests).size).toBe(5);
  });
});
