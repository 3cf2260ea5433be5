import { describe, expect, it } from 'vitest';
import { findTorchPython, pythonCandidates } from './python.js';

describe('the Python with PyTorch', () => {
  it('is the one asked for, or the first of the usual places', () => {
    expect(pythonCandidates('/opt/python', { AUTODEEPLAB_PYTHON: 'mine' }, '/repo')).toEqual([
      '/opt/python',
    ]);
    const candidates = pythonCandidates(undefined, { AUTODEEPLAB_PYTHON: 'mine' }, '/repo');
    expect(candidates[0]).toBe('mine');
    expect(candidates.slice(-2)).toEqual(['python3', 'python']);
  });

  it('is the first that has PyTorch, if any has', async () => {
    const asked: string[] = [];
    const works = (python: string) => {
      asked.push(python);
      return Promise.resolve(python === 'b');
    };
    expect(await findTorchPython(['a', 'b', 'c'], works)).toBe('b');
    expect(asked).toEqual(['a', 'b']);
    expect(await findTorchPython(['a', 'c'], works)).toBeUndefined();
  });
});
