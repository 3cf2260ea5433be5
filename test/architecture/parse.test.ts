import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Architecture } from '../../lib/architecture/architecture.js';
import { formatArchitecture } from '../../lib/architecture/format.js';
import { parseArchitecture } from '../../lib/architecture/parse.js';
import { DataError } from '../../lib/errors.js';
import {
  fullArchitecture,
  fullDocument,
  refusal,
  type DocumentValue,
} from '../helpers/architecture-documents.js';
import { spoiledDocuments } from '../helpers/spoiled-documents.js';
import { FOUR, NINE } from '../helpers/operation-lists.js';

describe('parseArchitecture', () => {
  it('takes -0 for 0', () => {
    const text = formatArchitecture(fullArchitecture)
      .replace('"path": [0,', '"path": [-0,')
      .replace('"k": 5', '"k": -0');
    expect(parseArchitecture(text)).toEqual({
      ...fullArchitecture,
      provenance: {
        ...fullArchitecture.provenance,
        options: { ...fullArchitecture.provenance.options, k: 0 },
      },
    });
  });

  it('reads the longest document, and the longest path', () => {
    const text = formatArchitecture({
      ...fullArchitecture,
      path: new Array<number>(1000).fill(0),
    });
    expect(parseArchitecture(text.padEnd(262_144)).path).toHaveLength(1000);
    expect(refusal(text.padEnd(262_145))).toBe(
      'architecture: expected an architecture of at most 262144 characters, got 262145',
    );
  });

  it('calls the document what it is told to', () => {
    expect(() => parseArchitecture('[]', 'mine.json')).toThrow('mine.json: the document: expected');
  });

  it('reads documents without strides', () => {
    const value = fullDocument();
    delete (value as Partial<typeof value>).levels;
    expect(parseArchitecture(value)).toEqual(fullArchitecture);
  });

  it.each(spoiledDocuments)('names the field at fault: %s', (_, spoil, message) => {
    const value = fullDocument();
    spoil(value);
    expect(refusal(value)).toContain(`architecture: ${message}`);
  });

  it('says so where the text is not JSON or is too long', () => {
    expect(refusal('')).toContain('architecture: expected a JSON document, got text that is not');
    expect(refusal('{"version": 1')).toContain('expected a JSON document');
    expect(refusal(' '.repeat(300_000))).toContain('at most 262144 characters, got 300000');
    expect(refusal(null)).toBe('architecture: the document: expected an object, got null');
    expect(refusal([])).toBe('architecture: the document: expected an object, got an array of 0');
    expect(refusal(undefined)).toBe('architecture: the document: expected an object, got nothing');
    expect(refusal(() => 1)).toBe('architecture: the document: expected an object, got a function');
    expect(refusal(true)).toBe('architecture: the document: expected an object, got true');
    expect(refusal('['.repeat(200_000))).toContain('expected at most 200 nested levels');
  });
});

describe('the operations of a document', () => {
  const unknown = 'got "conv_9x9"; define it with defineOperation before it is used';

  it('are the eight of the paper where it leaves them out', () => {
    const value: Partial<DocumentValue> = fullDocument();
    delete value.operations;
    expect(parseArchitecture(value)).toEqual(fullArchitecture);
  });

  it('keep their order', () => {
    const operations = [...NINE].reverse();
    expect(parseArchitecture({ ...fullDocument(), operations }).operations).toEqual(operations);
  });

  it('are refused where one is unknown, with what to do', () => {
    const listed = refusal({ ...fullDocument(), operations: [...NINE, 'conv_9x9'] });
    expect(listed).toMatch(/^architecture: operations\[9\]: expected one of none, .*bottleneck, /);
    expect(listed).toContain(unknown);
    const value = fullDocument();
    value.operations.push('conv_9x9');
    value.genotype.blocks[4].right.operation = 'conv_9x9';
    expect(refusal(value)).toContain(`operations[8]: expected one of none, `);
    expect(refusal(value)).toContain(unknown);
  });

  it('are refused where a branch has another, with what to do', () => {
    const value = fullDocument();
    value.genotype.blocks[2].left.operation = 'inverted_bottleneck';
    expect(refusal(value)).toMatch(
      /^architecture: genotype\.blocks\[2\]\.left\.operation: expected one of .*; list it among/,
    );
    expect(parseArchitecture({ ...value, operations: NINE }).genotype.blocks[2].left).toEqual({
      input: 3,
      operation: 'inverted_bottleneck',
    });
    value.genotype.blocks[2].left.operation = 'conv_9x9';
    expect(refusal(value)).toContain(unknown);
    expect(refusal({ ...fullDocument(), operations: FOUR })).toContain(
      'genotype.blocks[0].left.operation: expected one of sep_conv_3x3, inverted_bottleneck, max_',
    );
  });

  it.each<[unknown[], string]>([
    [[], 'operations: expected at least one name, got an array of 0'],
    [
      ['none', 'skip_connect', 'none'],
      'operations[2]: expected a name that is not in the list yet, got "none"',
    ],
    [['none', 4], 'operations[1]: expected a text, got 4'],
  ])('are refused: %j', (operations, message) => {
    expect(refusal({ ...fullDocument(), operations })).toContain(message);
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
        const value = fullDocument();
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
    const text = formatArchitecture(fullArchitecture);
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
      expect(refusal(text.slice(0, length))).toContain('expected a JSON document');
    }
  });
});
