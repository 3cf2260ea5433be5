import { describe, expect, it } from 'vitest';
import { browserScript } from '../../lib/notebook/gallery/browser-script.js';
import { figureBlock } from '../../lib/notebook/gallery/figure-block.js';
import { DrawerPage } from '../plot/show/browser/drawer-page.js';

describe('the script of the gallery', () => {
  it.each([false, true])('shows a figure or its picture; broken: %s', async (isBroken) => {
    const block = figureBlock({ data: [], layout: {} }, '<img>', 'A figure');
    const page = new DrawerPage(`<body>${block}</body>`);
    const { document } = page.window;
    page.isBroken = isBroken;
    page.window.eval(browserScript());
    await new Promise<void>((done) => {
      document.addEventListener('DOMContentLoaded', () => setImmediate(done));
    });
    expect(document.documentElement.dataset.drawn).toBe('yes');
    const [place, still] = ['.drawing', '.still'].map((name) =>
      document.querySelector<HTMLElement>(name)!,
    );
    expect([place.hidden, still.hidden]).toEqual([isBroken, !isBroken]);
    expect(place.childElementCount).toBe(isBroken ? 0 : 1);
    expect(page.methods).toEqual(isBroken ? ['react', 'purge'] : ['react']);
  });
});
