import { describe, expect, it } from 'vitest';
import { framed, heading, legendBelow } from '../../../../lib/plot/heading.js';
import { caption } from '../../../../lib/plot/panels.js';
import { fitFigure, type PageFigure } from '../../../../lib/plot/show/browser/fit-figure.js';

/** Every character is ten pixels wide. */
const ten = (text: string): number => 10 * text.length;

const fit = (layout: PageFigure['layout'], width: number, frames?: PageFigure['frames']) =>
  fitFigure({ data: [], layout, ...(frames && { frames }) }, width, ten);

const TITLE = 'one two three four five six seven'; // 33 characters

describe('fitFigure', () => {
  const layout = framed({
    heading: heading(TITLE, ['a line']),
    plotHeight: 300,
  }) as PageFigure['layout'];

  it('leaves figures with room as they are', () => {
    const figure = { data: [], layout };
    expect(fitFigure(figure, 700, ten)).toEqual(figure);
  });

  it('breaks the title, and makes the figure higher by that, not the plot', () => {
    const { layout: narrow } = fit(layout, 240); // 20 characters fit
    expect(narrow.title!.text).toBe(
      '<b>one two three four <br>five six seven</b><br>' + layout.title!.text!.split('<br>')[1],
    );
    expect(narrow.height).toBe(layout.height! + 21);
    expect(narrow.margin).toEqual({ l: 64, r: 24, ...layout.margin, t: layout.margin!.t + 21 });
    // The first line stays where it was: 32 pixels below the edge.
    expect((1 - (narrow.title as { y: number }).y) * narrow.height!).toBeCloseTo(32, 10);
  });

  it('breaks anew what was broken for the usual width', () => {
    const long = Array.from({ length: 40 }, (_, i) => `word${i}`).join(' ');
    const whole = framed({
      heading: heading('T', [long]),
      plotHeight: 300,
    }) as PageFigure['layout'];
    expect(whole.title!.text!.match(/ <br>/g)!.length).toBeGreaterThan(1);
    const text = fit(whole, 400).layout.title!.text!;
    const lines = text.split('<br>').slice(1, -1);
    for (const line of lines) {
      const letters = line.replace(/<[^>]*>/g, '').trim().length;
      expect(letters).toBeLessThanOrEqual(36);
      expect(letters).toBeGreaterThan(29); // no short rest in the middle
    }
  });

  it('breaks captions up to the next one beside them', () => {
    const annotations = [
      caption('aaaa bbbb', 0, 1),
      caption('cccc', 0.5, 1),
      caption('dddd eeee', 0, 0.4),
    ];
    const { layout: narrow } = fit({ ...layout, annotations }, 228); // plots are 140 wide
    expect(narrow.annotations!.map(({ text }) => text)).toEqual([
      'aaaa <br>bbbb', // 62 pixels
      'cccc',
      'dddd eeee', // 160 pixels
    ]);
    expect(narrow.margin!.t - fit(layout, 228).layout.margin!.t).toBe(17);
  });

  it('puts a legend at the right below the plots, and leaves one that is there', () => {
    const beside = { ...layout, margin: { ...layout.margin, r: 140 }, legend: { x: 1.02, y: 1 } };
    const { layout: narrow } = fit(beside, 400);
    expect(narrow.margin!.r).toBe(24);
    expect(narrow.legend).toEqual({ ...legendBelow(300), traceorder: undefined });
    const below = { ...layout, margin: { ...layout.margin, r: 140 }, legend: legendBelow(300) };
    expect(fit(below, 400).layout).toMatchObject({ margin: { r: 140 }, legend: below.legend });
  });

  it('keeps a sign that opens no tag', () => {
    const text = (own: string) => fit({ ...layout, title: { text: own } }, 240).layout.title!.text;
    expect(text('loss < 0.5')).toBe('loss < 0.5');
    expect(text('<b>the loss a<b of all is < 0.5</b>')).toBe(
      '<b>the loss a<b of all <br>is < 0.5</b>',
    );
  });

  it('takes figures that leave out what plotly lets them leave out', () => {
    const bare = { height: 420, margin: { l: 64, r: 24, t: 64, b: 56 } };
    expect(fitFigure({ data: [] }, 400, ten)).toEqual({ data: [], layout: bare });
    expect(fitFigure({ data: [] }, 800, ten)).toEqual({ data: [], layout: {} });
    const nothing = { title: null, annotations: null, legend: null };
    const odd = { data: [], layout: { ...nothing, margin: null }, frames: [{ layout: null }] };
    expect(fitFigure(odd, 400, ten)).toEqual({ ...odd, layout: { ...nothing, ...bare } });
    const number = { ...caption('', 0, 1), text: 5 as unknown as string };
    expect(fit({ annotations: [number] }, 400).layout.annotations).toEqual([number]);
  });

  it('treats the states of a slider alike', () => {
    const frames = [{ layout: { title: { text: `<b>${TITLE}</b>` } } }, {}];
    const short = { ...layout, title: { ...layout.title, text: '<b>one</b>' } };
    const narrow = fit(short, 240, frames);
    expect(narrow.frames).toEqual([
      { layout: { title: { text: '<b>one two three four <br>five six seven</b>' } } },
      {},
    ]);
    expect(narrow.layout.height).toBe(layout.height! + 21); // the room of the longest
  });
});
