import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readArchitecture } from '../../lib/architecture/file.js';
import { networkFacts } from '../../lib/inference/network-facts.js';
import { countParameters, declareNetwork } from '../../lib/nn/declare.js';
import { derivedNetwork } from '../../lib/retrain/network.js';
import { readHistory } from '../../lib/run/history.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { writeTinyDataset } from '../training/tiny-dataset.js';
import { autodeeplabHere } from './command-line.js';
import { autodeeplab, ensureCompiled } from './compiled-cli.js';
import { NARROW_FLAGS } from '../training/train-tiny.js';

const folder = temporaryFolder();
const data = path.join(folder, 'data');
const runs = (name: string) => path.join(folder, name);
const dataset = ['--data', 'folder', '--root', data, '--preset', 'tiny', '--workers', '0'];
const size = ['--crop', '33', '--batch-size', '2', '--filter-multiplier', '1'];
const quiet = [...size, '--no-tensorboard'];
const space = ['--layers', '2', '--blocks', '1'];

beforeAll(async () => {
  ensureCompiled();
  await writeTinyDataset(data, { train: 8, val: 2 });
});

describe('the command line', () => {
  it('leads from images to a scored network', async () => {
    const search = await autodeeplab([
      ...['search', ...dataset, ...size, ...space, '--epochs', '2', '--out', runs('search')],
    ]);
    expect(search.errors.join('\n')).toMatch(
      /^backend: wasm.*\n(.* label maps: .*\n){3}warning: these settings can hardly decide.*\nexpected on this machine.*\nepoch 1\/2, loss/,
    );
    expect(search.output).toContain('Path: strides');
    expect(search.code).toBe(0);
    expect(await readdir(path.join(runs('search'), 'tensorboard'))).toHaveLength(1);

    const decode = await autodeeplabHere(['decode', runs('search'), '--out', runs('again.json')]);
    expect(decode.output).toContain('Each block adds its two branches');
    const [first, again] = await Promise.all(
      [path.join(runs('search'), 'architecture.json'), runs('again.json')].map(readArchitecture),
    );
    expect(again.path).toEqual(first.path);
    expect(again.genotype).toEqual(first.genotype);

    const network = [
      '--filter-multiplier',
      '1',
      '--height',
      '33',
      '--width',
      '33',
      ...NARROW_FLAGS,
    ];
    const profile = ['--out', runs('profile.json'), '--check', '1', '--backend', 'wasm'];
    const measured = await autodeeplabHere(['profile', runs('search'), ...network, ...profile]);
    expect(measured.output).toMatch(
      /^profile: .*profile\.json, \d+ pieces\nnetwork +predicted[^]*Mean error \d/,
    );
    const limits = ['--max-parameters', '1e6', '--max-latency', '100'];
    const outputs = ['--out', runs('limited.json'), '--frontier', runs('frontier.svg')];
    const limited = await autodeeplabHere([
      ...['decode', runs('search'), ...limits, '--profile', runs('profile.json'), ...outputs],
    ]);
    expect(limited.output).toContain('What is decoded without limits keeps them.');
    expect(limited.output).toMatch(
      /Frontier of probability against parameters: \d+ architectures?/,
    );
    expect((await readArchitecture(runs('limited.json'))).genotype).toEqual(first.genotype);
    expect(await readFile(runs('frontier.svg'), 'utf8')).toContain('<svg');
    const none = await autodeeplabHere([
      ...[
        'decode',
        runs('search'),
        ...network,
        '--max-parameters',
        '1',
        '--out',
        runs('none.json'),
      ],
    ]);
    expect(none.code).toBe(1);
    expect(none.errors.join('\n')).toMatch(
      /^error: limits: expected limits that some network keeps, got parameters 1; the least there is: parameters \d+\. /m,
    );

    const retrain = await autodeeplabHere([
      ...[
        'retrain',
        runs('search'),
        ...dataset,
        ...size,
        ...NARROW_FLAGS,
        '--steps',
        '3',
        '--out',
        runs('retrain'),
      ],
    ]);
    expect(retrain.output).toMatch(/^trained 3 steps, best validation mIoU/);
    expect(retrain.output).toMatch(/waiting for data: \d+\.\d % of the training time/);

    const evaluate = await autodeeplabHere(['evaluate', runs('retrain')]); // the run has the dataset
    expect(evaluate.output).toMatch(/tiny, split val: 2 of 2 images, padded to 65 x 65/);
    expect(evaluate.output).toMatch(/most frequent class at each place +\d+\.\d\d/);

    const predict = await autodeeplabHere([
      ...['predict', runs('retrain'), path.join(data, 'val'), '--out', runs('pictures')],
    ]);
    expect(predict.output.trimEnd().split('\n')).toHaveLength(2);
    expect((await readFile(path.join(runs('pictures'), '1_colors.png'))).length).toBeGreaterThan(
      50,
    );
  });

  it('stops after the step at Ctrl-C, says how to resume, and resumes', async () => {
    const args = ['search', ...dataset, ...quiet, ...space, '--epochs', '40'];
    const out = ['--out', runs('interrupted')];
    let isSent = false;
    const stopped = await autodeeplab([...args, ...out], (text, kill) => {
      if (!isSent && text.includes('epoch 1/40')) {
        isSent = true;
        kill('SIGINT');
      }
    });
    expect(stopped.code).toBe(130);
    expect(stopped.errors.at(-1)).toBe(
      `interrupted; resume with: npx autodeeplab search --resume --out ${runs('interrupted')} --no-tensorboard`,
    );
    const history = async () =>
      (await readHistory(path.join(runs('interrupted'), 'history.arrow'))).rows;
    const steps = (await history()).filter(({ kind }) => kind === 'step').length;
    expect(steps).toBeGreaterThanOrEqual(2);
    let isSentAgain = false;
    const resumed = await autodeeplab(['search', '--resume', ...out], (text, kill) => {
      if (!isSentAgain && text.includes('resumed after step')) {
        isSentAgain = true;
        kill('SIGTERM');
      }
    });
    expect(resumed.code).toBe(143);
    expect(resumed.errors.join('\n')).toContain(`resumed after step ${steps}`);
    expect((await history()).map(({ step }) => step)).toEqual(
      [...(await history()).map(({ step }) => step)].sort((a, b) => a - b),
    );
  });

  it('searches operations that an imported module defines, and decodes them with it', async () => {
    const registry = new URL('../../dist/search-space/operations/registry.js', import.meta.url);
    const module = runs('operations.mjs');
    await writeFile(
      module,
      `import { defineOperation, operationNamed } from '${registry.href}';
       defineOperation({ ...operationNamed('sep_conv_3x3'), name: 'own_conv', fused: undefined });`,
    );
    const operations = ['--operations', 'none,skip_connect,own_conv'];
    const args = ['search', ...dataset, ...quiet, ...space, ...operations, '--epochs', '2'];
    const unknown = await autodeeplabHere([...args, '--out', runs('unknown')]);
    expect(unknown.errors.at(-1)).toMatch(/^error: operation: expected one of .*got "own_conv"/);
    const out = runs('own-operations');
    const search = await autodeeplab([...args, '--out', out, '--import', module]);
    expect(search.code).toBe(0);
    const decode = await autodeeplab(['decode', out, '--import', module]);
    expect(decode.code).toBe(0);
    const again = await autodeeplabHere(['decode', out]);
    expect(again.errors.at(-1)).toMatch(/^error: .*own_conv/);
  });

  it('repeats a search from its config.json', async () => {
    const config = path.join(runs('search'), 'config.json');
    const out = runs('repeated');
    const files = ['--data', 'folder', '--root', data, '--config', config, '--out', out];
    expect((await autodeeplab(['search', ...files])).code).toBe(0);
    const [first, second] = await Promise.all(
      ['search', 'repeated'].map((name) => readHistory(path.join(runs(name), 'history.arrow'))),
    );
    expect(second.rows.map(({ loss }) => loss)).toEqual(first.rows.map(({ loss }) => loss));
    expect(second.searchSpace).toMatchObject({ layers: 2, blocks: 1 });
  });

  it('counts the cost of the published network', async () => {
    const { output } = await autodeeplabHere(['cost', '--json']);
    expect(JSON.parse(output)).toMatchObject({
      parameters: 10_147_427,
      multiplyAdds: 320_450_382_392,
    });
    const table = await autodeeplabHere(['cost', 'published', '--filter-multiplier', '48']);
    expect(table.output).toMatch(/total +44,424,691 +662\.42 B/);
    expect(table.output).toMatch(/694\.88 B/);
    expect(table.output).toMatch(
      /^F = 48, stem 64 and 128, head 256, 19 classes, an image of 2049x1025\n/,
    );
  });

  it('counts the network of a retraining as it is, but for what flags say', async () => {
    const { output } = await autodeeplabHere(['cost', runs('retrain'), '--json']);
    const { architecture, options, classes } = await networkFacts(runs('retrain'));
    const network = derivedNetwork(architecture, options, classes.length);
    expect(JSON.parse(output)).toMatchObject({
      classes: classes.length,
      filterMultiplier: options.filterMultiplier,
      parameters: countParameters(declareNetwork(network, [1, 33, 33, 3]).variables),
    });
    const wide = await autodeeplabHere(['cost', runs('retrain'), '--filter-multiplier', '9']);
    expect(wide.output).toMatch(new RegExp(`^F = 9, stem .*, ${classes.length} classes`));
  });

  it('reads what a PyTorch port printed, and says what is wrong with it', async () => {
    const path = '[1 2 2 2 1 1 1 0 0 0 1 1]';
    const cell = '[[1 5] [0 4] [2 4] [3 0] [5 4] [7 4] [11 7] [12 4] [17 4] [18 2]]';
    const file = runs('port.txt');
    const printed = `architecture search results: ${path}\r\nnew cell structure: ${cell}\r\n`;
    await writeFile(file, Buffer.from(`\ufeff${printed}`, 'utf16le')); // as PowerShell writes it
    const refused = await autodeeplabHere(['decode', file]);
    expect(refused.code).toBe(1);
    expect(refused.errors.at(-1)).toMatch(/^error: .*none/);
    const out = ['--none', 'drop', '--out', runs('port.json')];
    const taken = await autodeeplabHere(['decode', file, ...out]);
    expect(taken.code).toBe(0);
    expect(taken.output).toMatch(/warning, block 2: .*none/);
    const lists = await autodeeplabHere(['decode', '--path', path, '--cell', cell, ...out]);
    expect(lists.output).toBe(taken.output);
    expect((await readArchitecture(runs('port.json'))).path).toHaveLength(12);
    for (const [args, error] of [
      // A mistyped folder of a search is one, whatever the flags.
      [[runs('serach'), '--checkpoint', 'best'], /^error: cannot read .*serach: no such file/],
      [
        [file, '--checkpoint', 'best'],
        /^error: decode: expected no --checkpoint with printed lists/,
      ],
      [
        [file, '--path', path, '--cell', cell],
        /^error: decode: expected a source or --path and --cell/,
      ],
      [
        [runs('search'), '--path', path, '--none', 'drop'],
        /expected no --path, --none with the folder/,
      ],
    ] as const) {
      const useless = await autodeeplabHere(['decode', ...args, '--out', runs('useless.json')]);
      expect(useless.code).toBe(1);
      expect(useless.errors.at(-1)).toMatch(error);
    }
  });

  it.each([
    'search',
    'decode',
    'retrain',
    'evaluate',
    'recipe',
    'predict',
    'export',
    'cost',
    'options',
    'tutorial',
    'doctor',
  ])('explains the command %s', async (command) => {
    const { code, output } = await autodeeplabHere([command, '--help']);
    expect(code).toBe(0);
    expect(output).toMatch(new RegExp(`^Usage: autodeeplab ${command}`));
  });
});
