import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { publishedArchitecture } from '../../../lib/architecture/published.js';
import { cellFigure } from '../../../lib/plot/search-space/cell-figure.js';
import { figureToSvg } from '../../../lib/plot/show/render.js';

const MIB = 2 ** 20;

function heapInUse(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed / MIB;
}

it('keeps none of the figures that it has drawn', async () => {
  const figure = cellFigure(publishedArchitecture.genotype);
  const draw = async (times: number) => {
    for (let i = 0; i < times; i++) {
      await figureToSvg(figure);
    }
  };
  await draw(5); // plotly.js is loaded and compiled
  const before = heapInUse();
  await draw(15);
  // The document of one of them takes 1.6 MiB.
  expect(heapInUse() - before).toBeLessThan(8);
});
