import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseArchitecture } from '../../lib/architecture/parse.js';
import { readArchitecture, writeArchitecture } from '../../lib/architecture/file.js';
import { publishedArchitecture } from '../../lib/architecture/published.js';
import { DataError } from '../../lib/errors.js';
import { readJsonFile } from '../../lib/files/json-file.js';
import { decodeText, linesOf, readTextFile } from '../../lib/files/text-file.js';
import { readNotebook } from '../../lib/notebook/run/read-notebook.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';

const folder = temporaryFolder();

/** A text in each form that is read, written byte by byte. */
const FORMS: readonly (readonly [string, (text: string) => Buffer])[] = [
  ['UTF-8', (text) => Buffer.from(text, 'utf8')],
  ['UTF-8 with a byte order mark', (text) => Buffer.from(`\ufeff${text}`, 'utf8')],
  ['UTF-16, little endian', (text) => Buffer.from(`\ufeff${text}`, 'utf16le')],
  ['UTF-16, big endian', (text) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16()],
];

describe.each(FORMS)('%s', (_, encode) => {
  it('is decoded without its mark, whatever characters it holds', () => {
    for (const text of ['', 'Straße ⟨α⟩ 🌳 \ufffd', 'a\ufeffb']) {
      expect(decodeText(encode(text), 'x.txt')).toBe(text);
    }
  });

  it('is decoded in time that grows with its length, whatever stands in it', () => {
    const text = '\ufffd'.repeat(500_000); // as left by a program that took other bytes for UTF-8
    expect(decodeText(encode(text), 'x.txt') === text).toBe(true);
  });

  it('is read as JSON, as an architecture and as a notebook', async () => {
    const file = path.join(folder, 'document');
    await writeFile(file, encode('{ "größe": [1, 2] }\r\n'));
    expect(await readJsonFile(file)).toEqual({ größe: [1, 2] });
    await writeArchitecture(file, publishedArchitecture);
    const text = await readTextFile(file);
    await writeFile(file, encode(text));
    expect(await readArchitecture(file)).toEqual(parseArchitecture(text, file));
    await writeFile(
      file,
      encode('{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": []}'),
    );
    expect((await readNotebook(file)).cells).toEqual([]);
  });
});

describe('what is no text', () => {
  const failure = (bytes: Buffer): DataError => {
    try {
      decodeText(bytes, 'data/list.txt');
    } catch (error) {
      return error as DataError;
    }
    throw new Error('expected a failure');
  };

  it.each([
    ['Latin-1', Buffer.from('rue\nallée\n', 'latin1'), 'line 2, column 4'],
    ['a cut UTF-8 character', Buffer.from('aß').subarray(0, 2), 'line 1, column 2'],
    ['a coded surrogate', Buffer.from('61eda080', 'hex'), 'line 1, column 2'],
    ['bytes behind a genuine U+FFFD', Buffer.from('efbfbd0aff', 'hex'), 'line 2, column 1'],
    ['half a UTF-16 unit', Buffer.from('fffe610062', 'hex'), 'line 1, column 2'],
    ['a lone surrogate', Buffer.from('feff0061d8000062', 'hex'), 'line 1, column 2'],
  ])('is refused with its place: %s', (_, bytes, place) => {
    const error = failure(bytes);
    expect(error).toBeInstanceOf(DataError);
    expect(error.file).toBe('data/list.txt');
    expect(error.message).toBe(
      'data/list.txt: expected text in UTF-8, or in UTF-16 with a byte order mark, got other bytes ' +
        `at ${place}; save it as UTF-8`,
    );
  });

  it.each([
    ['UTF-16 without a mark', Buffer.from('ab', 'utf16le'), 'line 1, column 2'],
    ['UTF-32', Buffer.from('fffe000061000000', 'hex'), 'line 1, column 1'],
  ])('is refused by its zero bytes: %s', (_, bytes, place) => {
    expect(failure(bytes).message).toContain(`expected text, got a zero byte at ${place}`);
  });

  it('is refused if it is a folder, a device or too large', async () => {
    const file = path.join(folder, 'long');
    await writeFile(file, 'abcd');
    await expect(readTextFile(file, 3)).rejects.toThrow('expected at most 3 bytes, got 4');
    await expect(readTextFile(folder)).rejects.toThrow('expected a file, got a folder');
    await expect(readTextFile('/dev/zero')).rejects.toThrow('got a device');
    await expect(readTextFile(path.join(folder, 'absent'))).rejects.toThrow(/no such file/);
  });
});

describe('linesOf', () => {
  it('takes the line ends of every system', () => {
    expect(linesOf('a\r\nb\nc\rd\n')).toEqual(['a', 'b', 'c', 'd', '']);
  });
});
