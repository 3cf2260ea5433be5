import { describe, expect, it } from 'vitest';
import { missingWheel } from '../../../lib/backend/setup/ways.js';

describe('missingWheel', () => {
  it('sends Windows to wasm or WSL2, other machines to wasm', () => {
    expect(missingWheel('cpu', 'win32-x64')).toBe(
      'there is no TensorFlow wheel with a C library for win32-x64 (cpu); on Windows use wasm, or run everything inside WSL2',
    );
    expect(missingWheel('cpu', 'darwin-x64')).toMatch(/for darwin-x64 \(cpu\); use wasm$/);
  });
});
