/** The page of an exported network in a real browser. */
import { once } from 'node:events';
import { createReadStream, existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readImageFile } from '../../../lib/dataset/reading/image-file.js';
import { drawImage, paddedView } from '../../../lib/dataset/reading/view.js';
import { ConfigError } from '../../../lib/errors.js';
import { exportWeb } from '../../../lib/export/web/export-web.js';
import { servePage, type ServedPage } from '../../../lib/export/web/serve.js';
import { loadNetwork, type LoadedNetwork } from '../../../lib/inference/load-network.js';
import { ensureCompiled } from '../../cli/compiled-cli.js';
import { backends, useBackend } from '../../helpers/backends.js';
import { sharedData } from '../../helpers/shared-data.js';
import { temporaryFolder } from '../../helpers/temporary-folder.js';
import { Chromium, chromiumCommand, chromiumTitle, type Page } from '../../notebook/chromium.js';
import { tinyDataset } from '../../training/tiny-dataset.js';
import { trainTiny } from '../../training/train-tiny.js';

const folder = temporaryFolder();
const at = (name: string) => path.join(folder, name);
let network: LoadedNetwork;
/** A photograph if there is one, else a picture that is drawn. */
let picture: string;

/** Shifts the scores so that each class has the same on average in the picture: each then wins somewhere. */
async function balance(): Promise<void> {
  const size = { height: 193, width: 257 };
  const images = new Float32Array(size.height * size.width * 3);
  const image = await readImageFile(picture, 1e6, '');
  drawImage(image, paddedView(image, size), images);
  const logits = await network.predictor.logits({ ...size, images });
  const count = network.classes.length;
  const means = network.classes.map((_, k) => {
    const own = logits.filter((__, i) => i % count === k);
    return own.reduce((sum, score) => sum + score, 0) / own.length;
  });
  const { variables } = network.predictor;
  const name = 'decoder/logits/bias';
  const bias = tf.tidy(() => tf.sub(variables[name], means));
  network.predictor.load({ ...variables, [name]: bias });
  bias.dispose();
}

beforeAll(async () => {
  ensureCompiled(); // browsers load the compiled modules
  await useBackend(backends[0]);
  const dataset = await tinyDataset(at('data'), { train: 6 });
  await trainTiny(dataset, at('run'), { filterMultiplier: 2 });
  network = await loadNetwork(at('run'));
  const photographs = sharedData('camvid/CamVid/test');
  const [{ imageFile }] = await dataset.samples('val');
  const source = photographs
    ? path.join(photographs, (await readdir(photographs)).sort()[0])
    : imageFile;
  picture = at('street.png');
  await sharp(source).resize(240, 180).png().toFile(picture);
  await balance();
}, 180_000);

afterAll(() => {
  network.dispose();
});

describe('the folder of a page', () => {
  it('holds the network, scripts that import nothing from outside, and what a browser needs', async () => {
    const { bytes, networkBytes } = await exportWeb(network, at('page'), { weights: 'float32' });
    expect(networkBytes).toBeLessThan(bytes);
    const files = await readdir(at('page'), { recursive: true });
    expect(files).toEqual(
      expect.arrayContaining([
        'index.html',
        'style.css',
        'network.json',
        'model/model.json',
        'code/export/web/page/main.js',
        'code/export/web/page/worker.js',
        'code/size.js',
        'vendor/tf-core.min.js',
        'vendor/tfjs-backend-wasm-threaded-simd.wasm',
        'vendor/NOTICE.txt',
      ]),
    );
    const scripts = files.filter((file) => file.startsWith('code') && file.endsWith('.js'));
    const imports = await Promise.all(
      scripts.map(async (file) => {
        const text = await readFile(path.join(at('page'), file), 'utf8');
        return [...text.matchAll(/\bfrom '([^']+)'/g)].map(([, name]) =>
          path.join(path.dirname(file), name),
        );
      }),
    );
    expect(imports.flat().length).toBeGreaterThan(8);
    expect(files).toEqual(expect.arrayContaining(imports.flat()));
    expect(await readFile(at('page/index.html'), 'utf8')).not.toMatch(/https?:|style=|onclick/);
  });

  it('says in one file what the network is', async () => {
    expect(JSON.parse(await readFile(at('page/network.json'), 'utf8'))).toMatchObject({
      format: 'autodeeplab-web',
      version: 1,
      name: 'run',
      resolution: 1,
      size: 'any',
      classes: network.classes.map(({ name, color }) => ({ name, color })),
    });
  });

  it('has the size of the training crop if the pooling asks for one', async () => {
    const pooled = await loadNetwork(at('run'), { imagePooling: 'crop' });
    await exportWeb(pooled, at('fixed'), { name: 'a < b & "c"', license: 'MIT' });
    pooled.dispose();
    expect(JSON.parse(await readFile(at('fixed/network.json'), 'utf8'))).toMatchObject({
      size: { height: 33, width: 33 },
    });
    const page = await readFile(at('fixed/index.html'), 'utf8');
    expect(page).toContain('<h1>a &lt; b &amp; &quot;c&quot;</h1>');
    expect(page).toContain('Licence: MIT.');
  });

  it('is not written over another, nor when the work is stopped', async () => {
    await expect(exportWeb(network, at('page'))).rejects.toThrow(ConfigError);
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(exportWeb(network, at('stopped'), { signal })).rejects.toThrow('enough');
    expect(existsSync(at('stopped'))).toBe(false);
  });
});

/** Waits in the page until an expression is true. */
const until = (condition: string) =>
  `new Promise((done, fail) => {
    const start = Date.now();
    const look = () => (${condition}) ? done(true) : Date.now() - start > 60000
      ? fail(new Error('expected ${condition.replaceAll("'", '"')}: ' + document.body.innerText))
      : setTimeout(look, 20);
    look();
  })`;

const textOf = (id: string) => `document.getElementById('${id}').textContent`;

/** Chooses a file in the page. */
async function choose(page: Page, file: string, type: string): Promise<void> {
  const bytes = (await readFile(file)).toString('base64');
  await page.evaluate(`{
    const bytes = Uint8Array.from(atob('${bytes}'), (c) => c.charCodeAt(0));
    const transfer = new DataTransfer();
    transfer.items.add(new File([bytes], '${path.basename(file)}', { type: '${type}' }));
    const chooser = document.getElementById('file');
    chooser.files = transfer.files;
    chooser.dispatchEvent(new Event('change'));
  }`);
}

/** The colours on the picture as `r,g,b,a` of each pixel. */
const COLOURS = `(() => {
  const canvas = document.getElementById('colours');
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  return Array.from({ length: data.length / 4 }, (_, i) => data.slice(4 * i, 4 * i + 4).join());
})()`;

describe.runIf(chromiumCommand !== undefined)(chromiumTitle('the page in a browser'), () => {
  let server: ServedPage;
  let browser: Chromium;
  let page: Page;

  beforeAll(async () => {
    server = await servePage(at('page'));
    browser = new Chromium();
    page = await browser.open(server.url);
    await page.evaluate(until("document.body.classList.contains('ready')"));
  }, 120_000);

  afterAll(async () => {
    await page.close();
    await browser.close();
    await server.close();
  });

  it('colours each pixel as the library predicts it, and asks nobody else', async () => {
    await choose(page, picture, 'image/png');
    await page.evaluate(until(`${textOf('timing')} !== ''`));
    const { data, height, width } = await network.predict(picture);
    const expected = Array.from(data, (label) => [...network.classes[label].color, 255].join());
    expect([height, width]).toEqual([180, 240]);
    expect(new Set(expected).size).toBeGreaterThan(1);
    const colours = await page.evaluate<string[]>(COLOURS);
    // The order of sums differs from backend to backend.
    const differing = colours.filter((colour, i) => colour !== expected[i]).length;
    expect(differing).toBeLessThan(expected.length / 1000);
    expect(
      page.requests.filter((url) => !/^(?:blob:)?http:\/\/127\.0\.0\.1|^data:/.test(url)),
    ).toEqual([]);
    expect(page.errors).toEqual([]);
  });

  it('says what it found, how long that took and on what', async () => {
    expect(await page.evaluate(textOf('status'))).toMatch(/^street\.png: .+ \d+\.\d %/);
    expect(await page.evaluate(textOf('timing'))).toMatch(/ on Web\w+.*, at 240 × 180 pixels$/);
  });

  it('reads the class at a mark that the arrow keys move', async () => {
    const { data } = await network.predict(picture);
    await page.evaluate(
      "document.getElementById('view').dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowDown' }))",
    );
    const place = Math.floor(0.525 * 180) * 240 + 120;
    expect(await page.evaluate(textOf('readout'))).toBe(network.classes[data[place]].name);
  });

  it('hides the classes that are switched off', async () => {
    await page.evaluate("document.getElementById('none').click()");
    expect(new Set(await page.evaluate<string[]>(COLOURS))).toEqual(new Set(['0,0,0,0']));
    await page.evaluate("document.querySelector('#classes input').click()");
    const some = new Set(await page.evaluate<string[]>(COLOURS));
    expect(some.size).toBe(2);
    await page.evaluate("document.getElementById('all').click()");
    expect(await page.evaluate<string[]>(COLOURS)).not.toContain('0,0,0,0');
  });

  it('computes a smaller picture if that is asked', async () => {
    await page.evaluate(`{
      const detail = document.getElementById('detail');
      detail.append(new Option('small', '65'));
      detail.value = '65';
      detail.dispatchEvent(new Event('change'));
    }`);
    await page.evaluate(until(`/at 65 × 48 pixels$/.test(${textOf('timing')})`));
  });

  it('says what is no picture', async () => {
    await choose(page, at('page/network.json'), 'application/json');
    expect(await page.evaluate(textOf('problem'))).toBe('That holds no picture.');
    await choose(page, at('page/network.json'), 'image/png');
    await page.evaluate(until(`${textOf('problem')}.includes('cannot read it as a picture')`));
  });

  it('computes with one thread where a server sends no headers', async () => {
    const plain = createServer((request, response) => {
      const file = path.join(at('page'), new URL(`http://page${request.url}`).pathname);
      const isScript = file.endsWith('.js');
      response.setHeader('Content-Type', isScript ? 'text/javascript' : 'text/html');
      createReadStream(file.endsWith('/') ? `${file}index.html` : file)
        .on('error', () => response.writeHead(404).end())
        .pipe(response);
    });
    await once(plain.listen(0, '127.0.0.1'), 'listening');
    const { port } = plain.address() as AddressInfo;
    const other = await browser.open(`http://127.0.0.1:${port}/`);
    await other.evaluate(until("document.body.classList.contains('ready')"));
    await choose(other, picture, 'image/png');
    await other.evaluate(until(`${textOf('timing')} !== ''`));
    expect(await other.evaluate(textOf('timing'))).toContain(' on WebAssembly, one thread, at ');
    await other.close();
    plain.closeAllConnections();
    plain.close();
  });

  it('predicts what a camera sees until it is switched off', async () => {
    const filming = new Chromium([
      '--use-fake-ui-for-media-stream',
      '--use-fake-device-for-media-stream',
    ]);
    const film = await filming.open(server.url);
    await film.evaluate(until("document.body.classList.contains('ready')"));
    await film.evaluate(
      "document.getElementById('detail').value = '257'; document.getElementById('camera').click()",
    );
    await film.evaluate(until(`/at 257 × \\d+ pixels$/.test(${textOf('timing')})`));
    await film.evaluate(
      `globalThis.before = ${textOf('timing')}; ${until(`${textOf('timing')} !== globalThis.before`)}`,
    );
    await film.evaluate("document.getElementById('camera').click()");
    expect(await film.evaluate(textOf('status'))).toBe('The camera is off.');
    expect(await film.evaluate(textOf('camera'))).toBe('Use the camera');
    expect(film.errors).toEqual([]);
    await filming.close();
  });

  it('says that there is no camera, and goes on', async () => {
    await page.evaluate("document.getElementById('camera').click()");
    await page.evaluate(until(`${textOf('problem')}.startsWith('The camera cannot be used')`));
  });
});
