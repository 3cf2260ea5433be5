import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Architecture } from '../../lib/architecture/architecture.js';
import { formatArchitecture } from '../../lib/architecture/format.js';
import { parseArchitecture } from '../../lib/architecture/parse.js';
import { publishedArchitecture } from '../../lib/architecture/published.js';
import { randomArchitecture } from '../../lib/architecture/random.js';
import { DataError } from '../../lib/errors.js';
import { Random } from '../../lib/random.js';
import { PRIMITIVES } from '../../lib/search-space/operations/paper.js';
import { fullArchitecture } from '../helpers/architecture-documents.js';
import { operationLists } from '../helpers/operation-lists.js';

describe('formatArchitecture', () => {
  it('writes what comes back as it was', () => {
    for (const architecture of [publishedArchitecture, fullArchitecture]) {
      const text = formatArchitecture(architecture);
      expect(parseArchitecture(text)).toEqual(architecture);
      expect(parseArchitecture(JSON.parse(text))).toEqual(architecture);
      expect(formatArchitecture(parseArchitecture(text))).toBe(text);
    }
  });

  it.each([['the eight operations of the paper', PRIMITIVES] as const, ...operationLists])(
    'writes random architectures of any size over %s so that they come back',
    (_, operations) => {
      const sizes = fc.record({
        seed: fc.integer({ min: 1, max: 1e6 }),
        layers: fc.integer({ min: 1, max: 30 }),
        blocks: fc.integer({ min: 1, max: 8 }),
      });
      fc.assert(
        fc.property(sizes, ({ seed, ...size }) => {
          const architecture = randomArchitecture(new Random(seed), { ...size, operations });
          expect(parseArchitecture(formatArchitecture(architecture))).toEqual(architecture);
        }),
      );
    },
  );

  it('lays documents out for people', () => {
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

  it('keeps an object on one line up to 88 characters', () => {
    const written = (options: Record<string, string>) =>
      formatArchitecture({ ...fullArchitecture, provenance: { source: 'x', options } });
    // { "a": "…" } has 11 characters besides those of the text.
    const [fits, breaks] = ['x'.repeat(77), 'x'.repeat(78)];
    expect(written({ a: fits })).toContain(`    "options": { "a": "${fits}" }\n`);
    expect(written({ a: breaks })).toContain(`    "options": {\n      "a": "${breaks}"\n    }\n`);
    expect(written({})).toContain('    "options": {}\n');
  });

  it('writes the same text whatever the order of the fields', () => {
    const { version, path, genotype, operations, provenance } = fullArchitecture;
    const { options = {}, ...origin } = provenance;
    const reversed = Object.fromEntries(Object.entries(options).reverse());
    const other = { provenance: { options: reversed, ...origin }, operations, genotype, path };
    expect(formatArchitecture({ ...other, version })).toBe(formatArchitecture(fullArchitecture));
  });

  it('refuses to write what could not be read', () => {
    expect(() => formatArchitecture({ ...fullArchitecture, path: [3] })).toThrow(DataError);
    const seedless = { ...fullArchitecture, provenance: { source: 'x', seed: NaN } };
    expect(() => formatArchitecture(seedless)).toThrow('provenance.seed: expected an integer');
    const foreign = { ...fullArchitecture, operations: ['conv_9x9'] };
    expect(() => formatArchitecture(foreign)).toThrow('operations[0]: expected');
  });
});
