/**
 * Small files that would take much memory or time: a child process reads one, and tells how the reading
 * ended and how much memory the process ever had.
 */
import { spawnSync } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { deflateSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { ensureCompiled } from '../cli/compiled-cli.js';
import { chunk, flatGrey, header, png } from '../helpers/png.js';
import { temporaryFolder, writeTree } from '../helpers/temporary-folder.js';

const folder = temporaryFolder();
const dist = fileURLToPath(new URL('../../dist/', import.meta.url));
const MIB = 2 ** 20;

interface Reading {
  /** The name of the error; `none` if there was none. */
  readonly error: string;
  readonly message: string;
  readonly file: string | undefined;
  /** How much the process grew by the reading at its most, in MiB. */
  readonly grew: number;
}

/** Runs code with `file` in a process that has loaded a module of the library as `it`. */
function readInChild(module: string, code: string, file: string): Reading {
  const script = `
    import { existsSync, readFileSync } from 'node:fs';
    const it = await import(${JSON.stringify(path.join(dist, module))});
    const file = ${JSON.stringify(file)};
    // The system counts in maxRSS what the process that started this one had.
    const peak = () => existsSync('/proc/self/status')
      ? Number(/VmHWM:\\s*(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1])
      : process.resourceUsage().maxRSS;
    const before = peak();
    let error;
    try { ${code} } catch (thrown) { error = thrown; }
    const grew = (peak() - before) / 1024;
    const { name = 'none', message = '', file: at } = error ?? {};
    console.log(JSON.stringify({ error: name, message, file: at, grew }));`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
    timeout: 30_000,
  });
  if (stdout === '') {
    throw new Error(`the process ended without an answer: ${stderr}`);
  }
  return JSON.parse(stdout) as Reading;
}

async function put(name: string, content: string | Uint8Array): Promise<string> {
  const file = path.join(folder, name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, content);
  return file;
}

/** A PNG with chunks in front of its pixels. */
function pngWith(picture: Buffer, ...chunks: readonly Buffer[]): Buffer {
  return Buffer.concat([picture.subarray(0, 33), ...chunks, picture.subarray(33)]);
}

const bomb = deflateSync(Buffer.alloc(300 * MIB), { level: 9 }); // 300 MiB in 300 kB
/** 280 MiB in 290 kB: a decoder refuses single texts of 8 MiB, and takes any number of shorter ones. */
const text = deflateSync(Buffer.alloc(7 * MIB, 'a'), { level: 9 });
const times40 = (one: Buffer) => Buffer.concat(Array.from({ length: 40 }, () => one));
const named = (...before: readonly number[]) => Buffer.from([0x61, ...before]);
const BOMB_CHUNKS: Readonly<Record<string, Buffer>> = {
  iCCP: times40(chunk('iCCP', Buffer.concat([named(0, 0), text]))),
  zTXt: times40(chunk('zTXt', Buffer.concat([named(0, 0), text]))),
  iTXt: times40(chunk('iTXt', Buffer.concat([named(0, 1, 0, 0, 0), text]))),
};
/** EXIF data with orientation 1: the reader of label maps then asks a decoder for it. */
const EXIF = chunk(
  'eXIf',
  Buffer.from('4d4d002a000000080001011200030000000100010000' + '00000000', 'hex'),
);

describe('a small file takes little memory', () => {
  beforeAll(() => {
    ensureCompiled();
  });

  it.each(Object.keys(BOMB_CHUNKS))('with a bomb as %s chunk of a label map', async (type) => {
    const file = await put(`${type}.png`, pngWith(flatGrey(4, 4, 1), BOMB_CHUNKS[type], EXIF));
    const { error, grew } = readInChild(
      'dataset/reading/label-file.js',
      'await it.readLabelFile(file)',
      file,
    );
    expect(error).toBe('none');
    expect(grew).toBeLessThan(60);
  });

  it.each(Object.keys(BOMB_CHUNKS))('with a bomb as %s chunk of an image', async (type) => {
    const rgb = png({ width: 4, height: 4, colorType: 2, values: new Uint8Array(48) });
    const file = await put(`${type}-image.png`, pngWith(rgb, BOMB_CHUNKS[type]));
    const code = 'await it.readImageFile(file); await it.readImageHeader(file)';
    const { error, grew } = readInChild('dataset/reading/image-file.js', code, file);
    expect(error).toBe('none');
    expect(grew).toBeLessThan(60);
  });

  it.each(Object.keys(BOMB_CHUNKS))('with a bomb as %s chunk of a map of things', async (type) => {
    const deep = png({ width: 4, height: 4, depth: 16, values: new Uint16Array(16) });
    const file = await put(`${type}-things.png`, pngWith(deep, BOMB_CHUNKS[type]));
    const code = 'await it.readInstanceFile(file)';
    const { error, grew } = readInChild('dataset/reading/instance-file.js', code, file);
    expect(error).toBe('none');
    expect(grew).toBeLessThan(60);
  });

  const zeros = (values: number) => `[${'0,'.repeat(values)}0]`;
  const cases: readonly {
    readonly what: string;
    readonly name: string;
    readonly content: () => string | Uint8Array;
    readonly module: string;
    readonly code: string;
    readonly message: RegExp;
    /** In MiB, with the text itself and what Node takes to read it. */
    readonly most: number;
  }[] = [
    {
      what: 'with more pixel data than its size',
      name: 'pixels.png',
      content: () =>
        Buffer.concat([
          flatGrey(1, 1, 0).subarray(0, 8),
          chunk('IHDR', header(4, 4)),
          chunk('IDAT', bomb),
          chunk('IEND', Buffer.alloc(0)),
        ]),
      module: 'dataset/reading/label-file.js',
      code: 'await it.readLabelFile(file)',
      message: /more pixel data than its size allows/,
      most: 40,
    },
    {
      what: 'with a palette of a megabyte',
      name: 'palette.png',
      content: () => pngWith(flatGrey(4, 4, 0), chunk('PLTE', Buffer.alloc(3 * MIB))),
      module: 'dataset/reading/label-file.js',
      code: 'await it.readLabelFile(file)',
      message: /a palette of 3145728 bytes/,
      most: 40,
    },
    {
      what: 'that is a GIF of 65535x65535',
      name: 'label.gif',
      content: () =>
        Buffer.from(
          '474946383961ffffffff800000000000ffffff2c00000000ffffffff0002024401003b',
          'hex',
        ),
      module: 'dataset/reading/label-file.js',
      code: 'await it.readLabelFile(file)',
      message: /expected a complete PNG file, got a GIF file; save class values as 8-bit grey PNG/,
      most: 40,
    },
    {
      what: 'that is a BMP',
      name: 'label.bmp',
      content: () => Buffer.concat([Buffer.from('BM'), Buffer.alloc(100, 0xff)]),
      module: 'dataset/reading/label-file.js',
      code: 'await it.readLabelFile(file)',
      message: /got a BMP file/,
      most: 40,
    },
    {
      what: 'of JSON made of empty lists',
      name: 'classes.json',
      content: () => `[${'[],'.repeat(5e6)}[]]`,
      module: 'files/json-file.js',
      code: 'await it.readJsonFile(file)',
      message: /expected at most 2000000 (?:values|lists and objects), got more/,
      most: 100,
    },
    {
      what: 'of JSON nested a million times',
      name: 'deep.json',
      content: () => '{"a":'.repeat(1e6),
      module: 'files/json-file.js',
      code: 'await it.readJsonFile(file)',
      message: /expected at most 200 nested levels, got more/,
      most: 60,
    },
    {
      what: 'of annotations with one huge element',
      name: 'coco.json',
      content: () => `{"annotations":[{"segmentation":[${'[],'.repeat(4e6)}[]]}]}`,
      module: 'files/json-elements.js',
      code: 'await it.readJsonElements(file, () => undefined)',
      message: /in an element of "annotations", got more/,
      most: 100,
    },
    {
      what: 'of annotations whose name never ends',
      name: 'name.json',
      content: () => `{"${'a'.repeat(20 * MIB)}`,
      module: 'files/json-elements.js',
      code: 'await it.readJsonElements(file, () => undefined)',
      message: /expected texts of at most 16777216 bytes/,
      most: 100,
    },
    {
      what: 'that is a deeply nested notebook',
      name: 'deep.ipynb',
      content: () =>
        `{"nbformat":4,"nbformat_minor":5,"metadata":{"a":${'['.repeat(1e5)}${']'.repeat(1e5)}},"cells":[]}`,
      module: 'notebook/run/read-notebook.js',
      code: 'await it.readNotebook(file)',
      message: /expected a notebook of at most 200 nested levels, got more/,
      most: 40,
    },
    {
      what: 'that is an architecture of 80,000 layers',
      name: 'architecture.json',
      content: () =>
        `{"version":1,"path":${zeros(79_999)},"genotype":{"blocks":[{"left":{"input":0,"operation":"skip_connect"},` +
        '"right":{"input":1,"operation":"skip_connect"}}]},"provenance":{"source":"x"}}',
      module: 'architecture/file.js',
      code: 'await it.readArchitecture(file)',
      message: /path: expected at most 1000 levels, one per layer, got an array of 80000/,
      most: 40,
    },
    {
      what: 'that is an architecture of many blocks',
      name: 'blocks.json',
      content: () => {
        const branch = '{"input":0,"operation":"skip_connect"}';
        const blocks = Array.from({ length: 101 }, () => `{"left":${branch},"right":${branch}}`);
        return `{"version":1,"path":[0],"genotype":{"blocks":[${blocks.join()}]},"provenance":{"source":"x"}}`;
      },
      module: 'architecture/file.js',
      code: 'await it.readArchitecture(file)',
      message: /genotype\.blocks: expected at most 100 blocks, got an array of 101/,
      most: 40,
    },
    {
      what: 'that is a list of millions of lines',
      name: 'train.txt',
      content: () => '\n'.repeat(20e6),
      module: 'dataset/reading/files.js',
      code: "await it.readLines(file, 'split list')",
      message: /expected a list of at most 1000000 lines, got more/,
      most: 150,
    },
    {
      what: 'with a header of safetensors made of lists',
      name: 'lists.safetensors',
      content: () => {
        const json = Buffer.from(`{"a":[${'[],'.repeat(4e6)}[]]}`);
        const length = Buffer.alloc(8);
        length.writeBigUInt64LE(BigInt(json.length));
        return Buffer.concat([length, json]);
      },
      module: 'files/safetensors.js',
      code: 'await it.readSafetensors(file)',
      message: /header at byte 8: expected at most 2000000 (?:values|lists and objects), got more/,
      most: 100,
    },
    {
      what: 'with a header of safetensors of 20 MiB',
      name: 'long.safetensors',
      content: () => {
        const length = Buffer.alloc(8 + 20 * MIB);
        length.writeBigUInt64LE(BigInt(20 * MIB));
        return length;
      },
      module: 'files/safetensors.js',
      code: 'await it.readSafetensors(file)',
      message: /expected a header of at most 16777216 bytes, got 20971520/,
      most: 40,
    },
    {
      what: 'of MATLAB with millions of empty cells',
      name: 'cells.mat',
      content: () => {
        const count = 20e6;
        const element = (type: number, content: Buffer) => {
          const head = Buffer.alloc(8);
          head.writeUInt32LE(type, 0);
          head.writeUInt32LE(content.length, 4);
          return Buffer.concat([head, content]);
        };
        const words = (...values: number[]) => Buffer.from(Int32Array.from(values).buffer);
        const empties = Buffer.alloc(8 * count);
        for (let i = 0; i < count; i++) {
          empties[8 * i] = 14;
        }
        const matrix = Buffer.concat([
          element(6, words(1, 0)), // a cell array
          element(5, words(1, count)),
          element(1, Buffer.alloc(0)),
          empties,
        ]);
        const head = Buffer.alloc(128, ' ');
        head.write('MATLAB 5.0 MAT-file');
        head.writeUInt16LE(0x0100, 124);
        head.write('IM', 126);
        return Buffer.concat([head, element(15, deflateSync(element(14, matrix)))]);
      },
      module: 'dataset/reading/label-file.js',
      code: 'await it.readLabelFile(file)',
      message: /expected variables of 268435456 bytes at most, got more/,
      most: 750,
    },
  ];

  it.each(cases)('$what', async ({ name, content, module, code, message, most }) => {
    const file = await put(name, content());
    const reading = readInChild(module, code, file);
    expect(reading.error).toBe('DataError');
    expect(reading.message).toMatch(message);
    expect(reading.message).toContain(file);
    expect(reading.file).toBe(file);
    expect(reading.grew).toBeLessThan(most);
  });

  it('in circles of links', async () => {
    const root = path.join(folder, 'ade');
    const top = 'images/training';
    await writeTree(root, { [`${top}/a/x.jpg`]: 'x', [`${top}/b/y.jpg`]: 'y' });
    for (const [name, target] of [
      ['up', '..'],
      ['up2', '..'],
      ['here', '.'],
    ] as const) {
      await symlink(target, path.join(root, top, 'a', name));
      await symlink(target, path.join(root, top, 'b', name));
    }
    const code =
      "const found = await it.listFullImages({ folder: file, images: 'images', counts: {} }, 'training');" +
      'throw new Error(found.map(({ id }) => id).join());';
    const { message, grew } = readInChild('dataset/ade20k/full-layout.js', code, root);
    expect(message).toBe('x,y');
    expect(grew).toBeLessThan(60);
  });
});
