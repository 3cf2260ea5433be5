import { describe, expect, it } from 'vitest';
import type { FigureJson } from '../../../../lib/plot/show/browser/fit-figure.js';
import { DrawerPage } from './drawer-page.js';

const curve = (title: string): FigureJson => ({
  data: [{ y: [1] }],
  layout: { title: { text: title } },
});

describe('a figure in a page', () => {
  it('that changed while it was hidden is drawn when it is seen again, at the same width', async () => {
    const page = new DrawerPage();
    const drawing = page.drawing();
    await drawing.show(curve('first'), false);
    await page.resize(0);
    await drawing.show(curve('second'), false);
    expect(page.methods).toEqual(['react']);
    await page.resize(800);
    expect(page.methods).toEqual(['react', 'react']);
    expect(page.calls[1][1]).toMatchObject({ layout: { title: { text: 'second' } } });
  });

  it('that did not change while it was hidden is not drawn again', async () => {
    const page = new DrawerPage();
    await page.drawing().show(curve('first'), false);
    await page.resize(0);
    await page.resize(800);
    expect(page.methods).toEqual(['react']);
    await page.resize(500);
    expect(page.methods).toEqual(['react', 'react']);
  });

  it.each([{}, { layout: null }, { layout: { title: null, annotations: null, legend: null } }])(
    'needs no layout: %j',
    async (parts) => {
      for (const width of [800, 400]) {
        const page = new DrawerPage();
        page.width = width;
        await page.drawing().show({ data: [], frames: null, ...parts }, true);
        expect(page.calls).toMatchObject([['react', { layout: { height: 420, width } }]]);
      }
    },
  );

  it.each([false, true])(
    'that is removed while it is drawn is purged afterwards; broken by that: %s',
    async (isBroken) => {
      const { page, drawing } = await movedSlider();
      const release = page.hold();
      const shown = drawing.show(relayouts(), false);
      drawing.remove();
      expect(page.methods).toEqual(['react']);
      page.isBroken = isBroken;
      release();
      await shown;
      expect(page.methods).toEqual(['react', 'purge']);
      expect(page.window.document.body.childElementCount).toBe(0);
    },
  );

  it('that is removed while its legend gets room takes no step of its slider', async () => {
    const { page, drawing } = await movedSlider();
    page.addLegend(90);
    const figure = relayouts();
    const legend = { orientation: 'h', y: -0.1 };
    const shown = drawing.show({ ...figure, layout: { ...figure.layout, legend } }, false);
    const release = page.hold();
    await new Promise(setImmediate);
    expect(page.methods).toEqual(['react', 'relayout']);
    drawing.remove();
    release();
    await shown;
    expect(page.methods).toEqual(['react', 'relayout', 'purge']);
  });
});

/** A figure with a slider, as other libraries write it. */
function sliderFigure(steps: readonly object[] | null): FigureJson {
  return { data: [], layout: { sliders: [{ steps }, { active: 7 }] } };
}

/** Does what plotly.js does when a reader moves the slider. */
function moveSlider(page: DrawerPage, active: number): void {
  const place = page.window.document.querySelector('body > div') as unknown as {
    layout: { sliders: { active?: number }[] };
  };
  place.layout.sliders[0].active = active;
}

const relayouts = () => sliderFigure([{ method: 'relayout', args: [{}] }]);

/** A page with a figure whose slider was moved, nothing noted yet. */
async function movedSlider() {
  const page = new DrawerPage();
  const drawing = page.drawing();
  await drawing.show(relayouts(), false);
  moveSlider(page, 0);
  page.calls.length = 0;
  return { page, drawing };
}

describe('a slider that was moved', () => {
  const afterMove = async (steps: readonly object[] | null, to: number) => {
    const page = new DrawerPage();
    const drawing = page.drawing();
    await drawing.show(sliderFigure(steps), false);
    moveSlider(page, to);
    page.calls.length = 0;
    await drawing.setDark(true);
    return page.calls;
  };

  it.each([
    [{ method: 'restyle', args: ['visible', [true]] }, ['restyle', 'visible', [true]]],
    [{ args: [{ visible: true }] }, ['restyle', { visible: true }]],
    [{ method: 'relayout', args: [{ title: 'T' }] }, ['relayout', { title: 'T' }]],
    [{ method: 'update', args: [{ a: 1 }, { b: 2 }] }, ['update', { a: 1 }, { b: 2 }]],
    [{ method: 'animate', args: [['f'], { c: 3 }] }, ['animate', ['f'], { c: 3 }]],
  ])('calls what its step says: %j', async (step, call) => {
    const [react, ...after] = await afterMove([{ label: 'a' }, { label: 'b', ...step }], 1);
    expect(react[1]).toMatchObject({ layout: { sliders: [{ active: 1 }, { active: 7 }] } });
    expect(after).toEqual([call]);
  });

  it.each([
    { method: 'skip', args: [{}] },
    { method: 'purge', args: [{}] },
    { method: 'update' },
    { method: 'animate', args: null },
    { method: 'relayout', args: [] },
  ])('calls nothing for %j', async (step) => {
    expect(await afterMove([{ label: 'a' }, { label: 'b', ...step }], 1)).toHaveLength(1);
  });

  it('stays where it is without labels, and needs no steps', async () => {
    const [, step] = await afterMove([{ args: [{ a: 0 }] }, { args: [{ a: 1 }] }], 1);
    expect(step).toEqual(['restyle', { a: 1 }]);
    expect(await afterMove(null, 1)).toHaveLength(1);
  });
});
