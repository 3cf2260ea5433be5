import { describe, expect, it } from 'vitest';
import { after, nodeOf, outputNames, tensorName } from '../../../lib/runtime/graph/value-name.js';

describe('names of values', () => {
  it('number the outputs of a node from the second on', () => {
    expect(outputNames('n7', 3)).toEqual(['n7', 'n7:1', 'n7:2']);
    expect(outputNames('n7', 3).map(nodeOf)).toEqual(['n7', 'n7', 'n7']);
  });

  it('are complete for sessions, and order nodes', () => {
    expect(outputNames('n7', 2).map(tensorName)).toEqual(['n7:0', 'n7:1']);
    expect(after('n7')).toBe('^n7');
  });
});
