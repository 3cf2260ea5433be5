import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Architecture } from '../../lib/architecture/architecture.js';
import { formatArchitecture } from '../../lib/architecture/format.js';
import { parseArchitecture } from '../../lib/architecture/parse.js';
import { publishedArchitecture } from '../../lib/architecture/published.js';
import { randomArchitecture } from '../../lib/architecture/random.js';
import { DataError } from '../../lib/errors.js';
import { Random } from '../../lib/random.js';

const full: Architecture = {
  ...publishedArchitecture,
  provenance: {
    source: 'search "é"',
    dataset: 'camvid',
    seed: 4294967295,
    date: '2026-01-31T12:00:00.000Z',
    libraryVersion: '0.1.0',
    alphaDigest: 'a'.repeat(64),
    betaDigest: '0'.repeat(64),
    options: { zeroInArgmax: false, endNormalisation: 'valid', k: 5 },
  },
};

/** The published document as a value that a test may break. */
function document(): Record<string, unknown> & {
  path: unknown[];
  levels: unknown[];
  genotype: { blocks: { left: Record<string, unknown>; right: Record<string, unknown> }[] };
  provenance: Record<string, unknown>;
} {
  return JSON.parse(formatArchitecture(full)) as ReturnType<typeof document>;
}

function messageOf(value: unknown): string {
  try {
    parseArchitecture(value);
  } catch (error) {
    expect(error).toBeInstanceOf(DataError);
    return (error as DataError).message;
  }
  return 'no error';
}

describe('architecture documents', () => {
  it('come back as they were written', () => {
    for (const architecture of [publishedArchitecture, full]) {
      const text = formatArchitecture(architecture);
      expect(parseArchitecture(text)).toEqual(architecture);
      expect(parseArchitecture(JSON.parse(text))).toEqual(architecture);
      expect(formatArchitecture(parseArchitecture(text))).toBe(text);
    }
  });

  it('come back for random architectures of any size', () => {
    const sizes = fc.record({
      seed: fc.integer({ min: 1, max: 1e6 }),
      layers: fc.integer({ min: 1, max: 30 }),
      blocks: fc.integer({ min: 1, max: 8 }),
    });
    fc.assert(
      fc.property(sizes, ({ seed, ...size }) => {
        const architecture = randomArchitecture(new Random(seed), size);
        expect(parseArchitecture(formatArchitecture(architecture))).toEqual(architecture);
      }),
    );
  });

  it('are laid out for people', () => {
    const small: Architecture = {
      version: 1,
      path: [0, 1],
      genotype: {
        blocks: [
          {
            left: { input: 0, operation: 'skip_connect' },
            right: { input: 1, operation: 'none' },
          },
        ],
      },
      operations: ['none', 'skip_connect'],
      provenance: { source: 'by hand', options: { b: 1, a: true } },
    };
    expect(formatArchitecture(small)).toBe(`{
  "version": 1,
  "path": [0, 1],
  "levels": [4, 8],
  "genotype": {
    "blocks": [
      {
        "left": { "input": 0, "operation": "skip_connect" },
        "right": { "input": 1, "operation": "none" }
      }
    ]
  },
  "operations": ["none", "skip_connect"],
  "provenance": {
    "source": "by hand",
    "options": { "a": true, "b": 1 }
  }
}
`);
  });

  it('take -0 for 0', () => {
    const text = formatArchitecture(full)
      .replace('"path": [0,', '"path": [-0,')
      .replace('"k": 5', '"k": -0');
    expect(parseArchitecture(text)).toEqual({
      ...full,
      provenance: { ...full.provenance, options: { ...full.provenance.options, k: 0 } },
    });
  });

  it('may leave out the strides', () => {
    const value = document();
    delete (value as Partial<typeof value>).levels;
    expect(parseArchitecture(value)).toEqual(full);
  });

  it.each<[string, (value: ReturnType<typeof document>) => void, string]>([
    [
      'another version',
      (v) => (v.version = 2),
      'version: expected 1, the only version this library reads, got 2',
    ],
    [
      'no version',
      (v) => delete v.version,
      'version: expected 1, the only version this library reads, got nothing',
    ],
    [
      'an unknown field',
      (v) => (v.pth = []),
      'the document: expected only the fields version, path, levels, genotype, operations, provenance, got "pth"',
    ],
    [
      'a path that is not a list',
      (v) => (v.path = '0 1' as never),
      'path: expected an array of levels, one per layer, got "0 1"',
    ],
    [
      'an empty path',
      (v) => {
        v.path = [];
        v.levels = [];
      },
      'path: expected at least one level, got nothing',
    ],
    [
      'a level that is not an integer',
      (v) => (v.path[2] = 0.5),
      'path[2]: expected an integer, got 0.5',
    ],
    ['a level of 4', (v) => (v.path[9] = 4), 'path[9]: expected a level from 0 to 3, got 4'],
    [
      'a jump',
      (v) => (v.path[3] = 2),
      'path[3]: expected a level at most one step from the level before it, 0, got 2',
    ],
    [
      'a start at stride 16',
      (v) => (v.path[0] = 2),
      'path[0]: expected a level at most one step from the stem, which is at 0, got 2',
    ],
    [
      'a stride that contradicts the path',
      (v) => (v.levels[4] = 8),
      'levels[4]: expected 16, the stride of path[4] = 2, got 8',
    ],
    [
      'a stride too few',
      (v) => v.levels.pop(),
      'levels: expected 12 strides, one for each level of path, got an array of 11',
    ],
    ['no genotype', (v) => (v.genotype = null as never), 'genotype: expected an object, got null'],
    [
      'no blocks',
      (v) => (v.genotype.blocks = []),
      'genotype.blocks: expected at least one block, got an array of 0',
    ],
    [
      'an unknown operation',
      (v) => (v.genotype.blocks[1].left.operation = 'sep_conv_7x7'),
      'genotype.blocks[1].left.operation: expected one of none, max_pool_3x3,',
    ],
    [
      'an input from the future',
      (v) => (v.genotype.blocks[1].right.input = 3),
      'genotype.blocks[1].right.input: expected a hidden state from 0 to 2, which come before this block, got 3',
    ],
    [
      'a negative input',
      (v) => (v.genotype.blocks[0].left.input = -1),
      'genotype.blocks[0].left.input: expected a hidden state from 0 to 1',
    ],
    [
      'an input as text',
      (v) => (v.genotype.blocks[0].left.input = '0'),
      'genotype.blocks[0].left.input: expected an integer, got "0"',
    ],
    [
      'an unknown field of a branch',
      (v) => (v.genotype.blocks[0].left.op = 1),
      'genotype.blocks[0].left: expected only the fields input, operation, got "op"',
    ],
    [
      'no source',
      (v) => delete v.provenance.source,
      'provenance.source: expected a text, got nothing',
    ],
    [
      'a short digest',
      (v) => (v.provenance.alphaDigest = 'abc'),
      'provenance.alphaDigest: expected 64 hexadecimal digits, got "abc"',
    ],
    [
      'a seed too large',
      (v) => (v.provenance.seed = 2 ** 32),
      'provenance.seed: expected an integer from 0 to 4294967295, got 4294967296',
    ],
    [
      'a date in words',
      (v) => (v.provenance.date = 'today'),
      'provenance.date: expected a date and time such as',
    ],
    [
      'an option that is a list',
      (v) => (v.provenance.options = { k: [] }),
      'provenance.options.k: expected a text, a number, true or false, got an array of 0',
    ],
  ])('name the field at fault: %s', (_, spoil, message) => {
    // prettier-ignore
    const value = document();
    spoil(value);
    expect(messageOf(value)).toContain(`architecture: ${message}`);
  });

  it('say so where the text is not JSON or is too long', () => {
    expect(messageOf('')).toContain('architecture: expected a JSON document, got text that is not');
    expect(messageOf('{"version": 1')).toContain('expected a JSON document');
    expect(messageOf(' '.repeat(300_000))).toContain('at most 262144 characters, got 300000');
    expect(messageOf(null)).toBe('architecture: the document: expected an object, got null');
    expect(messageOf([])).toBe('architecture: the document: expected an object, got an array of 0');
    expect(messageOf('['.repeat(200_000))).toContain('expected a JSON document');
  });

  it('cannot be written if they could not be read', () => {
    expect(() => formatArchitecture({ ...full, path: [3] })).toThrow(DataError);
    const seedless = { ...full, provenance: { source: 'x', seed: NaN } };
    expect(() => formatArchitecture(seedless)).toThrow('provenance.seed: expected an integer');
  });
});

describe('parseArchitecture on hostile input', () => {
  /** Either a valid architecture, which survives a round trip, or a DataError. */
  function survives(value: unknown): void {
    let architecture: Architecture;
    try {
      architecture = parseArchitecture(value);
    } catch (error) {
      expect(error).toBeInstanceOf(DataError);
      expect((error as Error).message.length).toBeLessThan(500);
      return;
    }
    expect(parseArchitecture(formatArchitecture(architecture))).toEqual(architecture);
  }

  it('gives only its own errors for any value', () => {
    fc.assert(fc.property(fc.anything(), survives), { numRuns: 1000 });
    fc.assert(fc.property(fc.json(), survives), { numRuns: 500 });
    fc.assert(fc.property(fc.string(), survives), { numRuns: 500 });
  });

  it('gives only its own errors for documents with one value replaced or removed', () => {
    const spoil = fc.record({
      steps: fc.array(fc.nat(20), { minLength: 1, maxLength: 6 }),
      replacement: fc.option(fc.anything()),
    });
    fc.assert(
      fc.property(spoil, ({ steps, replacement }) => {
        const value = document();
        let at: Record<string, unknown> = value;
        for (const step of steps) {
          const keys = Object.keys(at);
          const key = keys[step % keys.length];
          const next = at[key];
          if (typeof next !== 'object' || next === null || Object.keys(next).length === 0) {
            at[key] = replacement;
            break;
          }
          at = next as Record<string, unknown>;
        }
        survives(value);
      }),
      { numRuns: 2000 },
    );
  });

  it('gives only its own errors for texts with flipped, missing or doubled characters', () => {
    const text = formatArchitecture(full);
    const edit = fc.record({
      at: fc.nat(text.length - 1),
      length: fc.nat(8),
      insert: fc.oneof(
        fc.string({ maxLength: 3 }),
        fc.constantFrom('-', '1e9', '"', '}', '[', ','),
      ),
    });
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 3 }), (edits) => {
        let broken = text;
        for (const { at, length, insert } of edits) {
          broken = broken.slice(0, at) + insert + broken.slice(at + length);
        }
        survives(broken);
      }),
      { numRuns: 2000 },
    );
    for (let length = 0; length < text.length - 1; length += 7) {
      expect(messageOf(text.slice(0, length))).toContain('expected a JSON document');
    }
  });
});
