import { describe, expect, it } from 'vitest';
import {
  classNames,
  labelTable,
  palette,
  requireSplit,
  type DatasetClass,
} from '../../lib/dataset/dataset.js';
import { ConfigError } from '../../lib/errors.js';

const classes: DatasetClass[] = [
  { name: 'soil', trainId: 0, color: [1, 2, 3], labelValues: [4, 5] },
  { name: 'crop', trainId: 1, color: [7, 8, 9], labelValues: [0] },
];

describe('labelTable', () => {
  it('maps each label value of a class to its train id and ignored values to 255', () => {
    const { trainIds } = labelTable(classes, [9, 255]);
    expect([0, 4, 5, 9, 255].map((value) => trainIds[value])).toEqual([1, 0, 0, 255, 255]);
  });

  it('lists the values that neither a class nor the ignored ones name', () => {
    const { unknownValues } = labelTable(classes, [9, 255]);
    expect(unknownValues).toHaveLength(256 - 5);
    for (const value of [0, 4, 5, 9, 255]) {
      expect(unknownValues).not.toContain(value);
    }
  });
});

describe('palette and class names', () => {
  it('follow the train ids, and everything else is black', () => {
    const colors = palette({ classes });
    expect([...colors.subarray(0, 9)]).toEqual([1, 2, 3, 7, 8, 9, 0, 0, 0]);
    expect([...colors.subarray(255 * 3)]).toEqual([0, 0, 0]);
    expect(classNames({ classes })).toEqual(['soil', 'crop']);
  });
});

describe('requireSplit', () => {
  it('names the splits there are', () => {
    requireSplit('fields', ['train', 'val'], 'val');
    expect(() => {
      requireSplit('fields', ['train', 'val'], 'test');
    }).toThrow(new ConfigError('fields: expected a split out of train, val, got "test"'));
  });
});
