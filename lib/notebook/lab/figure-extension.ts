/** The extension by which JupyterLab draws the figures of notebooks: files beside the kernel. */
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { figureDrawerSource } from '../../plot/show/browser/script.js';
import { plotlyFile } from '../../plot/show/plotly-window.js';
import { libraryVersion } from '../../run/version.js';
import { PLOTLY } from '../run/notebook.js';
import { registerInLab, type ExtensionNames } from './extension-script.js';

/** The name of the extension, and of its folder. */
export const EXTENSION_NAME = 'autodeeplab-figures';

const require = createRequire(import.meta.url);

function folderOf(dataFolder: string): string {
  return join(dataFolder, 'labextensions', EXTENSION_NAME);
}

/**
 * Writes the extension of JupyterLab that draws figures; replaces an older one. It is complete: plotly.js lies
 * beside it, so that nothing is fetched from elsewhere.
 *
 * @param dataFolder - a data folder of Jupyter
 * @returns the folder of the extension
 */
export function writeFigureExtension(dataFolder: string): string {
  const folder = folderOf(dataFolder);
  const plotly = require('plotly.js-dist-min/package.json') as { readonly version: string };
  const names: ExtensionNames = {
    name: EXTENSION_NAME,
    mimeType: PLOTLY,
    plotlyFile: `plotly-${plotly.version}.min.js`,
  };
  const script = `(${registerInLab.toString()})(${JSON.stringify(names)}, ${figureDrawerSource()});\n`;
  const digest = createHash('sha256').update(script).digest('hex').slice(0, 20);
  const entry = `static/remoteEntry.${digest}.js`; // browsers keep files by their names
  rmSync(join(folder, 'static'), { recursive: true, force: true });
  mkdirSync(join(folder, 'static'), { recursive: true });
  copyFileSync(plotlyFile(), join(folder, 'static', names.plotlyFile));
  writeFileSync(join(folder, entry), script);
  const write = (file: string, content: object): void => {
    writeFileSync(join(folder, file), `${JSON.stringify(content, undefined, 2)}\n`);
  };
  write('package.json', {
    name: EXTENSION_NAME,
    version: libraryVersion(),
    description: 'Draws the figures of notebooks by plotly.js',
    license: 'Apache-2.0',
    jupyterlab: {
      mimeExtension: true,
      outputDir: '.',
      _build: { load: entry, mimeExtension: './mimeExtension' },
    },
  });
  write('install.json', {
    packageManager: 'npm',
    packageName: 'autodeeplab',
    uninstallInstructions: 'run npx autodeeplab kernel uninstall',
  });
  return folder;
}

/** Removes the extension from a data folder. */
export function removeFigureExtension(dataFolder: string): void {
  rmSync(folderOf(dataFolder), { recursive: true, force: true });
}
