import { beforeAll, describe, expect, it } from 'vitest';
import { declareNetwork } from '../../../lib/nn/declare.js';
import { resolveSearchSpace } from '../../../lib/search-space/options.js';
import { stem, stemWidths } from '../../../lib/search-space/supernet/stem.js';
import { backends, useBackend } from '../../helpers/backends.js';
import { expectMapOf } from '../../helpers/filled-supernet.js';
import { optionsOf, supernetFixtures } from '../../helpers/supernet-fixtures.js';

const size = { layers: 12, filterMultiplier: 8, blocks: 5, classes: 19 };

describe('stemWidths', () => {
  it('are B·F/2 and B·F, rounded down but never nothing', () => {
    expect(stemWidths(resolveSearchSpace(size))).toEqual([20, 40]);
    expect(stemWidths(resolveSearchSpace({ ...size, blocks: 3, filterMultiplier: 1 }))).toEqual([
      1, 3,
    ]);
    expect(stemWidths(resolveSearchSpace({ ...size, blocks: 1, filterMultiplier: 1 }))).toEqual([
      1, 1,
    ]);
  });

  it('are those that are given', () => {
    expect(stemWidths(resolveSearchSpace({ ...size, stemWidths: [64, 128] }))).toEqual([64, 128]);
  });
});

describe('the stem of the supernet', () => {
  beforeAll(async () => {
    await useBackend(backends[0]);
  });

  it.each(supernetFixtures)('gives the map of PyTorch at stride 4: $name', (fixture) => {
    const options = optionsOf(fixture);
    expectMapOf(
      fixture,
      (scope, image) => stem(scope.section('stem'), image, options).quarter,
      fixture.stem,
    );
  });

  it('gives maps at strides 2 and 4, odd sizes rounded up', () => {
    const options = resolveSearchSpace(size);
    const half = declareNetwork((scope, image) => stem(scope, image, options).half, [2, 33, 30, 3]);
    expect(half.outputShape).toEqual([2, 17, 15, 20]);
    const network = declareNetwork(
      (scope, image) => stem(scope, image, options).quarter,
      [2, 33, 30, 3],
    );
    expect(network.outputShape).toEqual([2, 9, 8, 40]);
  });

  it.each([
    ['all', 4],
    ['outside-cells', 4],
    ['none', 0],
  ] as const)('trains scale and offset of its batch norms unless none does: %s', (bnAffine, n) => {
    const options = resolveSearchSpace({ ...size, bnAffine });
    const { variables } = declareNetwork(
      (scope, image) => stem(scope, image, options).quarter,
      [1, 33, 33, 3],
    );
    expect(variables.filter(({ name }) => name.includes('/bn/'))).toHaveLength(n);
  });
});
