/** Notebook 03 as a reader has it: in a real JupyterLab, in a browser. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { prepareLab } from '../../lib/notebook/kernel/lab-environment.js';
import { ensureCompiled, MAIN } from '../cli/compiled-cli.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { Chromium, chromiumCommand, chromiumTitle, type Page } from './chromium.js';
import { OVERLAPS } from './figure-marks.js';

const FLAGS = [
  ...['--no-browser', '--allow-root', '--ip=127.0.0.1', '--port=0', '--IdentityProvider.token='],
  '--LabApp.expose_app_in_browser=True',
];

/** Settings of a reader: all cells are in the page, not only those that are seen; no question about news. */
const SETTINGS = {
  'notebook-extension/tracker': { windowingMode: 'none' },
  'apputils-extension/notification': { fetchNews: 'false' },
};

function writeSettings(folder: string): void {
  for (const [name, settings] of Object.entries(SETTINGS)) {
    const file = path.join(folder, '@jupyterlab', `${name}.jupyterlab-settings`);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify(settings));
  }
}

/** Starts `autodeeplab lab` on a copy of the notebooks; its address. */
async function startLab(folder: string): Promise<{ lab: ChildProcess; address: string }> {
  const settings = path.join(folder, 'settings');
  writeSettings(settings);
  const lab = spawn(
    process.execPath,
    [MAIN, 'lab', '--folder', path.join(folder, 'course'), ...FLAGS],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, JUPYTERLAB_SETTINGS_DIR: settings },
    },
  );
  let log = '';
  const address = new Promise<string>((resolve, reject) => {
    lab.stderr.on('data', (text: Buffer) => {
      log += text.toString();
      const [found] = /http:\/\/127\.0\.0\.1:[1-9]\d*\/lab/.exec(log) ?? [];
      if (found !== undefined) {
        resolve(found);
      }
    });
    lab.on('exit', () => {
      reject(new Error(log));
    });
  });
  return { lab, address: await address };
}

const NOTEBOOK = 'jupyterapp.shell.currentWidget';
const IDLE = `${NOTEBOOK}?.sessionContext?.session?.kernel?.status === 'idle'`;
const runs = (command: string, args = {}) =>
  `jupyterapp.commands.execute('${command}', ${JSON.stringify(args)}).then(() => true)`;

/** The place of a cell among all of them. */
const cellAt = (id: string) =>
  `${NOTEBOOK}.content.widgets.findIndex(({ model }) => model.id === '${id}')`;

const cell = (id: string) => `${NOTEBOOK}.content.widgets[${cellAt(id)}]`;
const outputs = (id: string) => `${cell(id)}.node.querySelector('.jp-Cell-outputArea')`;

const unprepared = await prepareLab({ ...process.env, PIP_RETRIES: '1' }).then(
  () => undefined,
  (error: unknown) => `no JupyterLab: ${(error as Error).message}`,
);
const title = unprepared === undefined ? 'notebook 03 in JupyterLab' : `skipped: ${unprepared}`;

describe.skipIf(chromiumCommand === undefined || unprepared !== undefined)(
  chromiumTitle(title),
  { timeout: 600_000 },
  () => {
    let lab: ChildProcess;
    let chromium: Chromium;
    let page: Page;

    /** Waits until something holds in the page, many times as long as it takes on two idle cores. */
    const until = async (condition: string): Promise<void> => {
      const end = performance.now() + 240_000;
      while (!(await page.evaluate<boolean>(`!!(${condition})`))) {
        if (performance.now() > end) {
          throw new Error(`not seen in four minutes: ${condition}`);
        }
        await sleep(50);
      }
    };

    beforeAll(async () => {
      ensureCompiled();
      const started = await startLab(temporaryFolder());
      lab = started.lab;
      chromium = new Chromium();
      page = await chromium.open(started.address);
      await until('window.jupyterapp');
      await page.evaluate('jupyterapp.restored.then(() => true)');
      await page.evaluate(runs('docmanager:open', { path: '03-search-cityscapes.ipynb' }));
      await until(IDLE);
    }, 600_000);

    afterAll(async () => {
      await chromium.close();
      lab.kill('SIGTERM');
      await once(lab, 'exit');
    });

    const live = "document.querySelectorAll('.jp-OutputArea .js-plotly-plot')";
    const pictures = "document.querySelectorAll('.jp-OutputArea img')";
    const isDone = `${NOTEBOOK}.content.widgets.every(({ model }) =>
      model.type !== 'code' || (model.executionCount && model.executionState === 'idle'))`;

    it('has live figures when it is opened, before anything runs', async () => {
      await until(`${live}.length >= 9 && ${pictures}.length === 0`);
    });

    it('shows the figure of a search while that runs, and stops it', async () => {
      await page.evaluate(runs('editmenu:clear-all'));
      await until(`${live}.length === 0`);
      void page.evaluate(runs('notebook:run-all-cells')).catch(() => undefined);
      const part = (name: string) => `${outputs('resume-1')}.querySelector('${name}')`;
      await until(part('.js-plotly-plot .js-line'));
      await page.evaluate(`${part('.main-svg')}.dataset.first = 'yes'`);
      const text = `${part('.gtitle')}.textContent`;
      const before = await page.evaluate<string>(text);
      await until(`${text} !== ${JSON.stringify(before)}`);
      await page.evaluate(runs('kernelmenu:interrupt'));
      await until(`${outputs('resume-1')}.textContent.includes('resume: true')`);
      expect(await page.evaluate(`${part('.main-svg')}.dataset.first`)).toBe('yes'); // in place
    });

    it('goes on from there to its end', async () => {
      await until(IDLE);
      await page.evaluate(`${NOTEBOOK}.content.activeCellIndex = ${cellAt('resume-1')}`);
      void page.evaluate(runs('notebook:run-all-below')).catch(() => undefined);
      await until(`${isDone} && ${IDLE}`);
      const errors = `[...document.querySelectorAll('[data-mime-type$="stderr"], [data-mime-type$="error"]')]`;
      expect(await page.evaluate(`${errors}.map(({ textContent }) => textContent)`)).toEqual([]);
      await until(`${live}.length >= 9`);
      expect(await page.evaluate(`${pictures}.length`)).toBe(0);
      expect(await page.evaluate(OVERLAPS)).toEqual([]);
    });

    it('has sliders that move', async () => {
      const part = (name: string) => `${outputs('alpha-1')}.querySelector('${name}')`;
      await page.evaluate(`${part('.slider-rail-rect')}.scrollIntoView({ block: 'center' })`);
      const { x, y, width, height } = await page.evaluate<Record<string, number>>(
        `${part('.slider-rail-rect')}.getBoundingClientRect().toJSON()`,
      );
      const text = `${part('.slider-label')}.textContent`;
      const before = await page.evaluate<string>(text);
      await page.drag([x + width - 8, y + height / 2], [x + 8, y + height / 2]);
      await until(`${text} !== ${JSON.stringify(before)}`);
    });
  },
);
