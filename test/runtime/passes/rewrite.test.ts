import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { countReads, StepRewriter } from '../../../lib/runtime/passes/rewrite.js';
import { useBackend } from '../../helpers/backends.js';
import { kernelsOf, traced } from '../../helpers/runtime/traced.js';

describe('rewriting a step', () => {
  beforeAll(() => useBackend('wasm'));

  const step = () =>
    traced(
      ({ s }, { a }) => {
        const e = tf.exp(a);
        return { outputs: { e, y: tf.mul(e, e) }, state: { s: tf.neg(tf.square(s)) } };
      },
      ['a'],
      ['s'],
    );

  it('counts reads by nodes and by results', () => {
    const { nodes } = step();
    const reads = countReads(step());
    expect([...reads.values()]).toHaveLength(nodes.length);
    const counts = new Map([...reads].map(([{ kernel }, count]) => [kernel, count]));
    expect(Object.fromEntries(counts)).toEqual({ Exp: 3, Multiply: 1, Square: 1, Neg: 1 });
  });

  it('copies a step as it is', () => {
    const original = step();
    const rewriter = new StepRewriter();
    original.nodes.forEach((node) => rewriter.copy(node));
    const copy = rewriter.finish(original);
    expect(kernelsOf(copy)).toEqual(kernelsOf(original));
    expect(copy.outputs.map(([name, { shape }]) => [name, shape])).toEqual(
      original.outputs.map(([name, { shape }]) => [name, shape]),
    );
    expect(copy.nodes.every((node) => !original.nodes.includes(node))).toBe(true);
  });

  it('lets another value stand for a node, in its readers and in results', () => {
    const original = step();
    const rewriter = new StepRewriter();
    for (const node of original.nodes) {
      if (node.kernel === 'Exp') {
        rewriter.replace(node, [rewriter.valueOf(node.inputs.x)]);
      } else {
        rewriter.copy(node);
      }
    }
    const { nodes, outputs } = rewriter.finish(original);
    const input = { kind: 'input', name: 'a' };
    expect(outputs[0][1].source).toEqual(input);
    const product = nodes.find(({ kernel }) => kernel === 'Multiply')!;
    expect([product.inputs.a.source, product.inputs.b.source]).toEqual([input, input]);
  });
});
