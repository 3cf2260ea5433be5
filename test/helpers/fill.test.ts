import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { fillArray, fillImage, fillInput, fillLabels, fillVariable } from './fill.js';

interface Example {
  readonly kind: 'variable' | 'array' | 'image' | 'labels';
  readonly name: string;
  readonly shape: number[];
  readonly fanIn?: number;
  readonly classes?: number;
  readonly values: number[];
}

const { examples } = JSON.parse(
  readFileSync(new URL('../fixtures/fill.json', import.meta.url), 'utf8'),
) as { examples: Example[] };

function filled({ kind, name, shape, fanIn, classes }: Example): Float32Array | Int32Array {
  switch (kind) {
    case 'variable':
      return fillVariable(name, shape);
    case 'array':
      return fillArray(name, shape, fanIn!);
    case 'image':
      return fillImage(name, shape);
    case 'labels':
      return fillLabels(name, shape, classes!);
  }
}

describe('fill', () => {
  it.each(examples)('gives the bits that Python gives for $kind $name', (example) => {
    const expected = example.kind === 'labels' ? example.values : example.values.map(Math.fround);
    expect(Array.from(filled(example))).toEqual(expected);
  });

  it('covers every kind of value in the examples', () => {
    expect(new Set(examples.map(({ kind }) => kind)).size).toBe(4);
    const labels = examples.find(({ kind }) => kind === 'labels')!.values;
    expect(labels).toContain(255);
    expect(labels).toContain(0);
  });

  it('reads the description of an input', () => {
    expect(fillInput({ kind: 'constant', fill: 'x', shape: [2, 1], value: 255 })).toEqual(
      Int32Array.of(255, 255),
    );
    expect(fillInput({ kind: 'uniform', fill: 'x', shape: [4] })).toEqual(fillImage('x', [4]));
    expect(fillInput({ kind: 'variable', fill: 'bn/gamma', shape: [4] })).toEqual(
      fillVariable('bn/gamma', [4]),
    );
    expect(fillInput({ kind: 'labels', fill: 'x', shape: [4], classes: 2 })).toEqual(
      fillLabels('x', [4], 2),
    );
  });
});
