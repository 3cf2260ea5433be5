import { describe, expect, it } from 'vitest';
import { entropyFigure } from '../../lib/plot/curves/entropy.js';
import { learningRateFigure } from '../../lib/plot/curves/learning-rate.js';
import { operationShareFigure } from '../../lib/plot/curves/operation-share.js';
import { resourcesFigure } from '../../lib/plot/curves/resources.js';
import { searchCurvesFigure } from '../../lib/plot/curves/search-curves.js';
import type { Figure } from '../../lib/plot/figure.js';
import { errorMapFigure } from '../../lib/plot/images/error-map.js';
import { overlayFigure } from '../../lib/plot/images/overlay.js';
import { segmentationFigure } from '../../lib/plot/images/segmentation.js';
import { searchMonitor } from '../../lib/plot/monitor/search-monitor.js';
import { classIouFigure } from '../../lib/plot/scores/class-iou.js';
import { confusionFigure } from '../../lib/plot/scores/confusion.js';
import { costAccuracyFigure } from '../../lib/plot/scores/cost-accuracy.js';
import { figureToSvg } from '../../lib/plot/show/render.js';
import { colors } from '../../lib/plot/style.js';
import { syntheticHistory } from './curves/synthetic-history.js';
import { CLASSES, labelMap, plainImage } from './images/small-images.js';

/** How often a piece of text stands in another. */
const count = (text: string, part: string): number => text.split(part).length - 1;

/** Marks of a drawn figure. */
function marksOf(svg: string) {
  const [plots] = svg.split('class="infolayer"'); // the legend is behind it
  return {
    lines: count(plots, 'class="js-line"'),
    fills: count(plots, 'class="js-fill"'),
    bars: count(plots, 'class="point"'),
    images: count(plots, '<image '),
  };
}

/** Draws a figure in both themes; both must have the same marks. */
async function draw(figure: Figure) {
  const light = await figureToSvg(figure);
  const dark = await figureToSvg(figure, { theme: 'dark' });
  for (const svg of [light, dark]) {
    expect(/NaN|"undefined|Infinity/.exec(svg)?.[0]).toBeUndefined();
  }
  expect(dark.includes('rgb(232, 235, 238)')).toBe(true); // the ink of the dark theme
  expect(light.includes('rgb(232, 235, 238)')).toBe(false);
  expect(marksOf(dark)).toEqual(marksOf(light));
  return { svg: light, marks: marksOf(light) };
}

const history = syntheticHistory({ epochs: 12, start: 6 });
const labels = labelMap([0, 0, 1, 255], [0, 2, 2, 255]);
const prediction = labelMap([0, 1, 1, 0], [0, 2, 1, 0]);
const image = plainImage(2, 4);

describe('the figures of results can be drawn', () => {
  it('curves of a search', async () => {
    const others = syntheticHistory({ epochs: 12, start: 6, seed: 2 });
    const { svg, marks } = await draw(searchCurvesFigure({ one: history, two: others }));
    expect(marks.lines).toBe(4); // two trials, mean, the edge of the band
    expect(marks.fills).toBeGreaterThan(0);
    expect(svg.includes('α, β learn from here on')).toBe(true);
    expect((await draw(learningRateFigure(history))).marks.lines).toBe(2);
    expect((await draw(entropyFigure(history))).marks.fills).toBe(2);
    expect((await draw(operationShareFigure(history))).marks.fills).toBe(8);
  });

  it('time and memory', async () => {
    const { marks } = await draw(resourcesFigure(history));
    expect(marks.bars).toBeGreaterThanOrEqual(3 * 12);
    expect(marks.lines).toBe(1);
  });

  it('a monitor, before and during a run', async () => {
    const live = { update: () => undefined, finish: () => Promise.resolve() };
    await draw(searchMonitor({ live }).figure());
    const { svg, marks } = await draw(searchMonitor({ live, history }).figure());
    expect(marks.lines).toBe(5); // no loss of α and β yet
    expect(svg.includes(colors.vermilion)).toBe(true);
  });

  it('images with every layer', async () => {
    const options = { classes: CLASSES, hoverGrid: 0 };
    const segmentation = await segmentationFigure({ image, labels, prediction }, options);
    expect((await draw(segmentation)).marks.images).toBe(3);
    const overlay = await draw(await overlayFigure(image, labels, options));
    expect(overlay.marks.images).toBe(2);
    expect(/>a &(lt|#60); b</.test(overlay.svg)).toBe(true);
    const errors = await draw(await errorMapFigure({ image, labels, prediction }, options));
    expect(errors.marks.images).toBe(2);
  });

  it('scores', async () => {
    const counts = [
      [8, 1, 0],
      [0, 5, 2],
      [1, 1, 9],
    ];
    const confusion = await draw(
      confusionFigure({ classes: 3, counts }, { classes: CLASSES, title: 'Three classes' }),
    );
    expect(confusion.marks.images).toBeGreaterThan(0);
    expect(confusion.svg.includes('Three classes')).toBe(true);
    const classes = CLASSES.map(({ name }, k) => ({ name, iou: k / 3, accuracy: 0.5 }));
    expect((await draw(classIouFigure({ classes, meanIou: 0.3 }))).marks.bars).toBe(3);
    const ours = { name: 'ours', multiplyAdds: 2e9, parameters: 1e6, meanIou: 0.3 };
    const cost = await draw(costAccuracyFigure([ours]));
    expect(cost.svg.includes('quoted from the paper')).toBe(true);
  });
});
