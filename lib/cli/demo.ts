/** `autodeeplab demo`: a page on this machine in which a trained network predicts pictures. */
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Command } from 'commander';
import type { BackendChoice } from '../backend/backend-name.js';
import { exportWeb, WEB_NETWORK_FILE } from '../export/web/export-web.js';
import { checkPort, servePage } from '../export/web/serve.js';
import { loadNetwork } from '../inference/load-network.js';
import type { CheckpointChoice } from '../run/checkpoint-folder.js';
import type { ImagePooling } from '../segmentation/aspp.js';
import { addImportOption } from './import-modules.js';
import { interruptible } from './interrupt.js';
import { backendOption, checkpointOption, imagePoolingOption, wholeNumber } from './options.js';
import { startBackend } from './start.js';

interface DemoFlags {
  readonly checkpoint: CheckpointChoice;
  readonly backend: BackendChoice;
  readonly imagePooling?: ImagePooling;
  readonly port: number;
}

/** Writes the page of a network. */
async function writePage(
  folder: string,
  out: string,
  { backend, checkpoint, imagePooling }: DemoFlags,
  signal: AbortSignal,
): Promise<void> {
  await startBackend(backend);
  const network = await loadNetwork(folder, { checkpoint, imagePooling, signal });
  try {
    await exportWeb(network, out, { signal });
  } finally {
    network.dispose();
  }
}

/** Serves a page until the work is stopped. */
async function serve(page: string, port: number, signal: AbortSignal): Promise<void> {
  const server = await servePage(page, port);
  try {
    console.log(`${server.url}  open it in a browser; Ctrl-C ends it`);
    await new Promise((_, reject) => {
      signal.addEventListener('abort', () => {
        reject(signal.reason as Error);
      });
    });
  } finally {
    await server.close();
  }
}

async function runDemo(folder: string, flags: DemoFlags): Promise<void> {
  checkPort(flags.port);
  await interruptible(async (signal) => {
    if (existsSync(path.join(folder, WEB_NETWORK_FILE))) {
      await serve(folder, flags.port, signal);
      return;
    }
    const temporary = await mkdtemp(path.join(tmpdir(), 'autodeeplab-demo-'));
    try {
      const page = path.join(temporary, 'page');
      await writePage(folder, page, flags, signal);
      await serve(page, flags.port, signal);
    } finally {
      await rm(temporary, { recursive: true, force: true });
    }
  }, 'the page is no longer served');
}

/** The command `demo`. */
export function demoCommand(): Command {
  return addImportOption(new Command('demo'))
    .description('show a trained network in a page on this machine: pictures and camera')
    .argument(
      '<run>',
      'the folder of a retraining, of an exported network, or of export --format web',
    )
    .option('--port <n>', 'the port on 127.0.0.1; 0: one that is free', wholeNumber, 0)
    .addOption(checkpointOption())
    .addOption(imagePoolingOption())
    .addOption(backendOption())
    .addHelpText(
      'after',
      '\nPictures stay in the browser: nothing is sent to this process or anywhere else.',
    )
    .action(runDemo);
}
