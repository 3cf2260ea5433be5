import { describe, expect, it } from 'vitest';
import { describeCost } from '../../../lib/segmentation/cost/describe.js';
import { countedCost as cost, publishedCost } from '../../helpers/network-costs.js';

describe('describeCost', () => {
  it('is a table of sections and their sum', () => {
    const lines = describeCost(cost).split('\n');
    expect(lines[0]).toMatch(/^section +stride +output +parameters +multiply-adds$/);
    expect(lines[2]).toMatch(/^layer 1 +8 +1 x 2 x 6 +[\d,]+ +0\.01 M$/);
    expect(lines[5]).toMatch(/^total +[\d,]+ +9\.75 M$/);
  });

  it('aligns its columns and rounds to billions, with the paper’s count below', () => {
    const lines = describeCost(publishedCost(20)).split('\n');
    expect(lines.slice(0, 3)).toEqual([
      'section   stride           output  parameters  multiply-adds',
      'stem           4  257 x 513 x 128     112,832        30.01 B',
      'layer 1        4  257 x 513 x 100      38,240         4.94 B',
    ]);
    expect(lines[13]).toMatch(/^layer 12 +8 /);
    expect(lines[14]).toMatch(/^aspp /);
    expect(lines.at(-3)).toMatch(/^total +10,147,427 +320\.45 B$/);
    expect(lines.at(-2)).toBe("By the paper's way of counting: 333.18 B multiply-adds.");
    expect(new Set(lines.slice(0, -2).map((line) => line.length)).size).toBe(1);
  });
});
