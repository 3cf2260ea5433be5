import { describe, expect, it } from 'vitest';
import { decode } from '../../lib/decoder/decode.js';
import { describeDecode } from '../../lib/decoder/describe-decode.js';
import { NINE } from '../helpers/operation-lists.js';

/** α of one block in which one operation leads on both edges, by 2 on the first and 3 on the second. */
function alphaWith(operations: number, leader: number): Float32Array {
  const alpha = new Float32Array(2 * operations);
  alpha[leader] = 2;
  alpha[operations + leader] = 3;
  return alpha;
}

describe('describeDecode', () => {
  it('says how sure the decode is', () => {
    const text = describeDecode(
      decode({
        alpha: [9, 0, 0, 0, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0],
        beta: [0, 0.1, 0, 0, 0, 0, 0],
        layers: 2,
        blocks: 1,
      }),
    );
    expect(text).toBe(
      [
        'Path: strides 4, 4.',
        'It is as probable as the second: strides 4, 8.',
        // Into layer 1 it takes the step of 47.5 % against 52.5 %: weaker, but less close than this one.
        'The closest step is into layer 2, from stride 4: to 4 with 50.0 %, to 8 with 50.0 %.',
        "With the end normalisation 'two-thirds' the path would be: strides 8, 4.",
        'Cell: the closest choice is in block 1: separable conv 3x3 of H^{l-2} with 0.1 %, separable conv 5x5 with 0.0 %.',
        'On 1 of 2 kept edges "none" is the most probable operation (the choice leaves it out unless zeroInArgmax is set).',
      ].join('\n'),
    );
  });

  it('finds the closest step and the closest branch wherever they are, the first of equals', () => {
    // Two blocks over two operations; the lead is 3 on all edges, and 1 on both of block 2.
    const alpha = [3, 0, 3, 0, 1, 0, -9, -9, 1, 0];
    const operations = ['skip_connect', 'max_pool_3x3'];
    // Layer 1: stay at stride 4 by a lead of 3. Layer 2: by a lead of 1.
    const beta = [3, 0, 1, 0, 0, 0, 0];
    const text = describeDecode(decode({ alpha, beta, layers: 2, blocks: 2, operations }));
    expect(text).toContain(
      'The closest step is into layer 2, from stride 4: to 4 with 73.1 %, to 8 with 26.9 %.',
    );
    expect(text).toContain(
      'the closest choice is in block 2: skip connection of H^{l-2} with 73.1 %, max pooling 3x3',
    );
    const equal = { alpha: new Float32Array(10), beta: new Float32Array(7), operations };
    const first = describeDecode(decode({ ...equal, layers: 2, blocks: 2 }));
    expect(first).toContain('The closest step is into layer 1,');
    expect(first).toContain('the closest choice is in block 1: skip connection of H^{l-2} with');
  });

  it('knows the case of a single path', () => {
    const only = decode({
      alpha: new Float32Array(16),
      beta: [0],
      layers: 1,
      blocks: 1,
      levels: 1,
    });
    expect(describeDecode(only)).toContain('It is the only path of positive probability.');
    expect(describeDecode(only)).toContain('No layer leaves a choice.');
  });

  it('says that nothing is in doubt where the path is the same and no edge prefers zero', () => {
    const sure = decode({
      alpha: [0, 0, 0, 0, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0],
      beta: [0, 9],
      layers: 1,
      blocks: 1,
    });
    const text = describeDecode(sure);
    expect(text).toContain("With the end normalisation 'two-thirds' the path is the same.");
    expect(text).toContain('It is 8100 times as probable as the second: strides 4.'); // e^9 = 8103
    expect(text).toContain('No kept edge has "none" as its most probable operation.');
  });

  it('names the operations of the search space, one without a rival included', () => {
    const nine = describeDecode(
      decode({ alpha: alphaWith(9, 8), beta: [0, 1], layers: 1, blocks: 1, operations: NINE }),
    );
    expect(nine).toContain('inverted bottleneck 3x3 of H^{l-2} with 48.0 %, max pooling 3x3 with');
    const one = ['none', 'skip_connect'];
    const text = describeDecode(
      decode({ alpha: [0, 1, 0, 2], beta: [0, 1], layers: 1, blocks: 1, operations: one }),
    );
    expect(text).toContain(
      'the closest choice is in block 1: skip connection of H^{l-2} with 73.1 %.',
    );
  });
});
