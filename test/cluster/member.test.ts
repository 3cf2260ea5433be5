import { describe, expect, it } from 'vitest';
import { memberProblem, type Member } from '../../lib/cluster/member.js';

const chief: Member = {
  library: '1.2.0',
  tensorflow: '2.21.0',
  graph: 1087,
  operations: ['AdlDepthwiseFilterGradient', 'AdlGroupBatchNorm'],
};

describe('memberProblem', () => {
  it('is silent about an equal, and about one that can do more', () => {
    expect(memberProblem(chief, { ...chief })).toBeUndefined();
    const more = { ...chief, operations: [...chief.operations, 'AdlNew'] };
    expect(memberProblem(chief, more)).toBeUndefined();
  });

  it.each([
    [{ library: '1.1.0' }, 'expected autodeeplab 1.2.0 as here, got autodeeplab 1.1.0; install'],
    [{ tensorflow: '2.9.1' }, 'expected TensorFlow 2.21.0 as here, got TensorFlow 2.9.1; run'],
    [{ graph: 1086 }, 'expected graphs of version 1087 as here, got graphs of version 1086'],
    [
      { operations: ['AdlGroupBatchNorm'] },
      'expected the kernels AdlDepthwiseFilterGradient as here',
    ],
    [{ operations: [] }, 'npx autodeeplab setup --force'],
  ])('says what differs: %o', (change, text) => {
    expect(memberProblem(chief, { ...chief, ...change })).toContain(text);
  });
});
