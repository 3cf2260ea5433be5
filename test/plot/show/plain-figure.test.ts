import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { PLOTLY_CONFIG, plainFigure, scriptJson } from '../../../lib/plot/show/plain-figure.js';

describe('plainFigure and scriptJson', () => {
  it('make numbers short but keep whole ones', () => {
    const data = [{ type: 'bar', y: [123456789, 0.123456789, 1e-9, Infinity, -0.5] }];
    const plain = plainFigure({ data, layout: { left: undefined } });
    expect(plain.data[0].y).toEqual([123456789, 0.12346, 1e-9, null, -0.5]);
    expect(plain.layout).toEqual({});
  });

  it('cannot leave a script', () => {
    expect(scriptJson({ text: '</script><b>\u2028' })).toBe(
      '{"text":"\\u003c/script>\\u003cb>\\u2028"}',
    );
  });
});

/** The outputs by MIME type that the committed notebooks hold. */
function storedOutputs(): Record<string, unknown>[] {
  interface Notebook {
    readonly cells: readonly { readonly outputs?: readonly { data?: Record<string, unknown> }[] }[];
  }
  const folder = new URL('../../../notebooks/', import.meta.url);
  return readdirSync(folder)
    .filter((name) => name.endsWith('.ipynb'))
    .map((name) => JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as Notebook)
    .flatMap(({ cells }) => cells.flatMap(({ outputs = [] }) => outputs))
    .flatMap(({ data }) => (data === undefined ? [] : [data]));
}

describe('the figures in the committed notebooks', () => {
  it('have no button that uploads them, and nothing that is loaded from outside', () => {
    const outputs = storedOutputs();
    const figures = outputs.flatMap(
      (data) => (data['application/vnd.plotly.v1+json'] as { config?: unknown } | undefined) ?? [],
    );
    expect(figures.length).toBeGreaterThan(50);
    for (const { config } of figures) {
      expect(config).toEqual(PLOTLY_CONFIG);
    }
    const pages = outputs.map((data) => JSON.stringify(data['text/html'] ?? ''));
    expect(
      pages.filter((html) => /(?:src|href|action)\s*=[\s"'\\]*(?:\w+:)?\/\//i.test(html)),
    ).toEqual([]);
  });
});
