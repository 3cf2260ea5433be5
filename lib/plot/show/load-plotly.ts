/** plotly.js in the page of a notebook. */
import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { resolveShowOptions } from './bundle.js';
import { writeDisplayData } from './kernel.js';
import { plotlySource } from './page.js';

/**
 * Loads plotly.js into the page of the notebook, so that figures shown after it are interactive in
 * classic Notebook and in JupyterLab without plotly's extension. Needed once a page; does nothing
 * outside a notebook, nor where figures are shown as pictures (AUTODEEPLAB_SHOW=static).
 *
 * plotly.js (5 MB) is sent as an output and then replaced by a line of text: the page keeps it, the
 * saved notebook does not.
 *
 * @param waitMs - how long the page gets to run the script before it is replaced, 800 by default
 *
 * @example
 * await loadPlotly();
 */
export async function loadPlotly(waitMs = 800): Promise<void> {
  const write = writeDisplayData();
  if (write === undefined || resolveShowOptions({}).mode === 'static') {
    return;
  }
  const transient = { display_id: randomBytes(8).toString('hex') };
  const html = `<script>if(!window.Plotly){${await plotlySource()}}</script>`;
  write({ data: { 'text/html': html, 'text/plain': 'plotly.js' }, metadata: {}, transient }, false);
  await wait(waitMs);
  const text = 'plotly.js is loaded into this page';
  const data = { 'text/html': `<small>${text}</small>`, 'text/plain': text };
  write({ data, metadata: {}, transient }, true);
}
