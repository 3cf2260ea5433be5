/** Commands that write files for others, killed half-way: each file is whole or absent, and the next call works. */
import { readdirSync, readFileSync } from 'node:fs';
import { cp, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { openDataset } from '../../lib/dataset/open-dataset.js';
import { writeSample } from '../../lib/sample/write-sample.js';
import { start } from '../drill/process.js';
import { useBackend } from '../helpers/backends.js';
import { png } from '../helpers/png.js';
import { temporaryFolder, writeTree } from '../helpers/temporary-folder.js';
import { writeUntrainedRun } from '../training/untrained-run.js';
import { autodeeplabHere } from './command-line.js';
import { ensureCompiled } from './compiled-cli.js';

const folder = temporaryFolder();
const at = (...names: string[]) => path.join(folder, ...names);

beforeAll(async () => {
  ensureCompiled();
  await useBackend('wasm');
  const size = { height: 32, width: 48 };
  const root = at('cityscapes');
  await writeSample({ root, layout: 'cityscapes', counts: { train: 1, val: 1, test: 2 }, ...size });
  await writeUntrainedRun(await openDataset('cityscapes', { root }), at('run'));
  const [height, width] = [2, 4];
  const image = png({ height, width, colorType: 2, values: new Uint8Array(24) });
  const mask = png({ height, width, values: Uint8Array.of(0, 0, 1, 1, 0, 0, 1, 1) });
  const files: Record<string, string | Uint8Array> = {};
  for (const name of ['train/a', 'valid/b']) {
    files[`${name}.png`] = image;
    files[`${name}_mask.png`] = mask;
    files[`${path.dirname(name)}/_classes.csv`] = 'Pixel Value, Class\n0, one\n1, two\n';
  }
  await writeTree(at('export'), files);
});

/** A command that writes into a folder of its own, and what it is doing when it is killed. */
const COMMANDS = [
  {
    name: 'predict',
    parameters: (own: string) => [
      ...['predict', at('run'), at('cityscapes', 'leftImg8bit', 'test')],
      ...['--out', path.join(own, 'out')],
    ],
    doing: '^rename .*_overlay.png',
  },
  {
    name: 'evaluate',
    parameters: (own: string) => [
      ...['evaluate', path.join(own, 'run'), '--workers', '0', '--no-boundary-iou'],
    ],
    doing: '^rename run/metrics.json',
  },
  {
    name: 'submission write',
    parameters: (own: string) => [
      ...['submission', 'write', at('run'), '--part', '--out', path.join(own, 'out')],
    ],
    doing: '^rename out.zip',
  },
  {
    name: 'export',
    parameters: (own: string) => [
      'export',
      at('run'),
      '--format',
      'saved-model',
      '--out',
      path.join(own, 'model'),
    ],
    doing: '^rename .model.partial/saved_model.pb',
  },
  {
    name: 'data import',
    parameters: (own: string) => ['data', 'import', at('export'), '--out', path.join(own, 'out')],
    doing: '^rename .out.partial/dataset.json',
  },
];

type Command = (typeof COMMANDS)[number];

/** A folder for a command, with a copy of the run. */
async function newFolder(name: string): Promise<string> {
  const own = at('own', name);
  await mkdir(own, { recursive: true });
  await cp(at('run'), path.join(own, 'run'), { recursive: true });
  return own;
}

/** What a folder holds: names with their content; of JSON, which may tell times and places, nothing. */
function contents(own: string): Record<string, string> {
  const entries = readdirSync(own, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => path.join(parentPath, name));
  return Object.fromEntries(
    files.map((file) => {
      const text = readFileSync(file).toString('base64');
      return [path.relative(own, file), file.endsWith('.json') ? '' : text];
    }),
  );
}

const isHidden = (name: string) => name.split(path.sep).some((part) => part.startsWith('.'));

const wholes = new Map<string, Record<string, string>>();

/** What a command writes that nobody stops. */
async function wholeOf({ name, parameters }: Command): Promise<Record<string, string>> {
  const known = wholes.get(name);
  if (known !== undefined) {
    return known;
  }
  const own = await newFolder(`${name}-whole`);
  expect(await autodeeplabHere(parameters(own))).toMatchObject({ code: 0 });
  const whole = contents(own);
  wholes.set(name, whole);
  return whole;
}

describe.each(COMMANDS)('$name', (command) => {
  it.each(['SIGKILL', 'SIGINT'] as const)('may be ended half-way by %s', async (signal) => {
    const whole = await wholeOf(command);
    const own = await newFolder(`${command.name}-${signal}`);
    const parameters = command.parameters(own);
    const faults = { folder: `${own}${path.sep}`, killAtName: command.doing, signal };
    const ended = await start(parameters, faults).ended;
    if (signal === 'SIGKILL') {
      expect(ended).toMatchObject({ signal });
    } else {
      expect(ended).toMatchObject({ code: 130 });
      expect(readdirSync(own).filter(isHidden)).toEqual([]); // nothing is left
    }
    for (const [name, content] of Object.entries(contents(own))) {
      expect(isHidden(name) || name.endsWith('.lock') || whole[name] === content, name).toBe(true);
    }
    expect(await autodeeplabHere(parameters)).toMatchObject({ code: 0 });
    expect(contents(own)).toEqual(whole);
  });
});
