import sharp from 'sharp';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { publishedArchitecture } from '../../../lib/architecture/published.js';
import { ConfigError, DataError } from '../../../lib/errors.js';
import type { Figure } from '../../../lib/plot/figure.js';
import { cellFigure } from '../../../lib/plot/search-space/cell-figure.js';
import { figureToSvg } from '../../../lib/plot/show/render.js';
import { saveFigure } from '../../../lib/plot/show/save.js';
import { colors, themeColors } from '../../../lib/plot/style.js';
import { temporaryFolder } from '../../helpers/temporary-folder.js';

const FOLDER = temporaryFolder();

describe('saveFigure', () => {
  it('writes what the name of the file says, in a folder that it makes', async () => {
    const file = (name: string) => path.join(FOLDER, 'new', name);
    const figure = cellFigure(publishedArchitecture.genotype);
    expect(await saveFigure(figure, file('cell.svg'))).toBe(file('cell.svg'));
    expect(await readFile(file('cell.svg'), 'utf8')).toBe(await figureToSvg(figure));
    await saveFigure(figure, file('cell.PNG'), { scale: 1 });
    expect((await sharp(file('cell.PNG')).metadata()).format).toBe('png');
    await saveFigure(figure, file('cell.json'), { theme: 'dark' });
    const read = JSON.parse(await readFile(file('cell.json'), 'utf8')) as Figure;
    expect(read.data).toHaveLength(figure.data.length);
    expect(read.layout.paper_bgcolor).toBe(themeColors('dark').paper);
    await saveFigure(figure, file('cell.html'));
    const html = await readFile(file('cell.html'), 'utf8');
    expect(html).toContain('<title>Cell</title>');
    expect(html).toContain('drawFigure(Plotly');
    expect(html).not.toMatch(/<script[^>]*src=/);
    expect(html).toContain(colors.ink);
  });

  it('refuses other names, and says why a file cannot be written', async () => {
    await expect(
      saveFigure(cellFigure(publishedArchitecture.genotype), 'cell.gif'),
    ).rejects.toThrow(ConfigError);
    await expect(saveFigure(cellFigure(publishedArchitecture.genotype), 'cell')).rejects.toThrow(
      /\.svg, \.png, \.html, \.json/,
    );
    await saveFigure(cellFigure(publishedArchitecture.genotype), path.join(FOLDER, 'file.json'));
    const below = path.join(FOLDER, 'file.json', 'cell.json');
    await expect(saveFigure(cellFigure(publishedArchitecture.genotype), below)).rejects.toThrow(
      DataError,
    );
  });
});
