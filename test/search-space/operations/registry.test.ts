import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../../lib/errors.js';
import type { Operation } from '../../../lib/search-space/operations/operation.js';
import { PAPER_OPERATIONS, PRIMITIVES } from '../../../lib/search-space/operations/paper.js';
import {
  defineOperation,
  knownOperations,
  operationNamed,
  resolveOperations,
} from '../../../lib/search-space/operations/registry.js';
import { invertedBottleneck } from '../../helpers/inverted-bottleneck.js';

describe('defineOperation', () => {
  it('makes an operation known by its name', () => {
    const name = 'a_new_one';
    const before = knownOperations();
    expect(before.slice(0, PRIMITIVES.length)).toEqual(PRIMITIVES);
    expect(() => operationNamed(name)).toThrow(
      /expected one of none, .*dil_conv_5x5.*, got "a_new_one"; define it with defineOperation/,
    );
    const operation = defineOperation({ ...invertedBottleneck, name });
    expect(operationNamed(name)).toBe(operation);
    expect(knownOperations()).toEqual([...before, name]);
    // Another copy of the library in this process, such as a notebook's, knows it too.
    const shared = globalThis as unknown as Record<symbol, Map<string, Operation>>;
    expect(shared[Symbol.for('autodeeplab.operations')].get(name)).toBe(operation);
  });

  it('takes a second zero, which no search space may have beside the first', () => {
    defineOperation({ ...PAPER_OPERATIONS[0], name: 'zero2' });
    expect(resolveOperations(['zero2', 'skip_connect'])).toHaveLength(2);
    expect(() => resolveOperations(['none', 'zero2', 'skip_connect'])).toThrow(
      'operations: expected at least one besides zero, and zero at most once, got ' +
        '[none, zero2, skip_connect]',
    );
  });

  it('refuses the names of the paper and names that files cannot hold', () => {
    for (const name of ['none', 'Sep', 'a b', '', '../x', '3x3']) {
      const define = () => defineOperation({ ...invertedBottleneck, name });
      expect(define).toThrow(ConfigError);
      expect(define).toThrow(
        `operation: expected a new name in lower case, such as inverted_bottleneck, got "${name}"`,
      );
    }
    expect(operationNamed('none')).toBe(PAPER_OPERATIONS[0]);
  });
});

describe('resolveOperations', () => {
  it('gives the operations in the order of their names', () => {
    const names = ['skip_connect', 'none', 'sep_conv_3x3'];
    expect(resolveOperations(names).map(({ name }) => name)).toEqual(names);
  });

  it.each([
    [['skip_connect', 'skip_connect'], 'expected different names, got "skip_connect" twice'],
    [['none'], 'expected at least one besides zero'],
    [[], 'expected at least one besides zero'],
    [['conv_9x9'], 'got "conv_9x9"'],
  ])('refuses %o', (names, message) => {
    expect(() => resolveOperations(names)).toThrow(message);
  });
});
