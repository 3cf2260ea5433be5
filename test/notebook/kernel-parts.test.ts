import { createHmac } from 'node:crypto';
import { runInThisContext } from 'node:vm';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CellHistory } from '../../lib/notebook/kernel/cell-history.js';
import { reportDiagnostics, reportThrown } from '../../lib/notebook/kernel/error-report.js';
import { signedParts, writeMessage, type Request } from '../../lib/notebook/kernel/message.js';
import { Outbox } from '../../lib/notebook/kernel/outbox.js';
import { OutputBuffer } from '../../lib/notebook/kernel/output-buffer.js';
import { toPoints, toUnits } from '../../lib/notebook/kernel/positions.js';
import { prepareCode } from '../../lib/notebook/kernel/prepare-code.js';
import { BadMessage, RequestReader } from '../../lib/notebook/kernel/request-reader.js';
import { sourcePlaces } from '../../lib/notebook/kernel/source-lines.js';

describe('OutputBuffer', () => {
  const seen: string[] = [];
  const sink = {
    stream: (name: string, text: string) => seen.push(`${name}:${text}`),
    display: (content: object, isUpdate: boolean) =>
      seen.push(`${isUpdate ? 'update' : 'display'}:${JSON.stringify(content)}`),
    error: () => seen.push('error'),
  };
  const shown = (text: string, id: string) => ({
    data: { text },
    metadata: {},
    transient: { display_id: id },
  });

  beforeEach(() => {
    seen.length = 0;
    vi.useFakeTimers();
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  it('hands over the first text at once and joins what follows, stream by stream', () => {
    const buffer = new OutputBuffer(sink);
    buffer.stream('stdout', 'a');
    expect(seen).toEqual(['stdout:a']);
    buffer.stream('stdout', 'b');
    buffer.stream('stdout', 'c');
    buffer.stream('stderr', 'd');
    expect(seen).toHaveLength(1);
    vi.advanceTimersByTime(50);
    expect(seen.slice(1)).toEqual(['stdout:bc', 'stderr:d']);
  });

  it('keeps the last of several updates that nobody saw, in their place', () => {
    const buffer = new OutputBuffer(sink);
    buffer.stream('stdout', 'a');
    buffer.display(shown('1', 'x'), true);
    buffer.display(shown('1', 'y'), true);
    buffer.display(shown('2', 'x'), true);
    buffer.flush();
    expect(seen.slice(1)).toEqual([
      `update:${JSON.stringify(shown('2', 'x'))}`,
      `update:${JSON.stringify(shown('1', 'y'))}`,
    ]);
  });

  it('hands over what waits before an error', () => {
    const buffer = new OutputBuffer(sink);
    buffer.stream('stdout', 'a');
    buffer.stream('stdout', 'b');
    buffer.error({ ename: '', evalue: '', traceback: [] });
    expect(seen).toEqual(['stdout:a', 'stdout:b', 'error']);
  });
});

describe('buffers that wait', () => {
  it('are known as long as something waits in them', () => {
    vi.useFakeTimers();
    const nothing = () => undefined;
    const waiting = new Set<OutputBuffer>();
    const buffer = new OutputBuffer({ stream: nothing, display: nothing, error: nothing }, waiting);
    buffer.stream('stdout', 'at once');
    expect(waiting.size).toBe(0);
    buffer.stream('stdout', 'soon');
    expect([...waiting]).toEqual([buffer]);
    vi.advanceTimersByTime(50);
    expect(waiting.size).toBe(0);
    buffer.stream('stdout', 'soon');
    buffer.error({ ename: '', evalue: '', traceback: [] });
    expect(waiting.size).toBe(0);
    vi.useRealTimers();
  });
});

describe('CellHistory', () => {
  it('keeps the code of the last 1000 cells that were compiled, and nothing else of them', () => {
    const history = new CellHistory();
    const cell = (count: number) => ({ count, source: `s${count}`, output: `o${count}`, more: {} });
    for (let count = 1; count <= 1001; count++) {
      history.keep(cell(count));
    }
    history.keep({ count: 1002, source: 's', output: undefined });
    expect(history.find(1)).toBeUndefined();
    expect(history.find(2)).toEqual({ source: 's2', output: 'o2' });
    expect(history.find(1001)).toEqual({ source: 's1001', output: 'o1001' });
    expect(history.find(1002)).toBeUndefined();
  });

  it('takes the later code of a number', () => {
    const history = new CellHistory();
    history.keep({ count: 1, source: 'a', output: 'a' });
    history.keep({ count: 1, source: 'b', output: 'b' });
    expect(history.find(1)?.source).toBe('b');
  });
});

describe('Outbox', () => {
  it('sends a flood in order, below what a Jupyter server takes, and tells when it is done', async () => {
    vi.useFakeTimers();
    try {
      const sent: string[] = [];
      const outbox = new Outbox({
        send: ([text]) => Promise.resolve(void sent.push(String(text))),
        bind: () => Promise.resolve(),
        close: () => undefined,
      });
      for (let i = 0; i < 2500; i++) {
        outbox.send([String(i)]);
      }
      expect(sent.length).toBeLessThanOrEqual(1000);
      const drained = outbox.drained();
      await vi.advanceTimersByTimeAsync(2000);
      expect(sent.length).toBeGreaterThan(2000);
      expect(sent.length).toBeLessThanOrEqual(3000);
      await vi.advanceTimersByTimeAsync(2000);
      await drained;
      expect(sent).toEqual(Array.from({ length: 2500 }, (_, i) => String(i)));
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('prepareCode', () => {
  /** Runs code whose loops would not end, and counts what it printed before the check stopped it. */
  function runTurns(code: string, turns: number): readonly number[] {
    const seen: number[] = [];
    let left = turns;
    const checkInterrupt = (): void => {
      if (left-- === 0) {
        throw new Error('stopped');
      }
    };
    const run = runInThisContext(
      `(__tslab__, seen) => { ${prepareCode(code, 'cell-1').code}\n}`,
    ) as (globals: object, seen: number[]) => void;
    expect(() => {
      run({ checkInterrupt }, seen);
    }).toThrow('stopped');
    return seen;
  }

  it.each([
    'let i = 0; for (;;) { seen.push(i++); }',
    'let i = 0; for (;;) seen.push(i++);',
    'let i = 0; while (true) seen.push(i++)',
    'let i = 0; do seen.push(i++); while (true)',
    'let i = 0; here: for (;;) { seen.push(i++); continue here; }',
    'let i = 0; while (true) if (i % 2) seen.push(i++); else seen.push(i++);',
    'function* all() { let i = 0; while (true) yield i++; } for (const i of all()) seen.push(i);',
  ])('lets every turn of a loop look for interrupts: %s', (code) => {
    expect(runTurns(code, 6).slice(0, 3)).toEqual([0, 1, 2]);
  });

  it('leaves every line where it was', () => {
    const code =
      'for (const a of b)\n  for (const c of a)\n    print(c);\ndo\n  x++;\nwhile (x < 3)\n';
    const prepared = prepareCode(code, 'cell-1').code.split('\n');
    code.split('\n').forEach((line, index) => {
      expect(prepared[index].replaceAll(/\{?__tslab__\.checkInterrupt\(\);|\}+$/g, '').trim()).toBe(
        line.trim(),
      );
    });
  });

  it.each([
    ['const a = await f();', true],
    ['await (async () => 1)();', true],
    ['for await (const x of y) z(x);', true],
    ['async function f() { await g(); }', false],
    ['const f = async () => { for await (const x of y) z(x); };', false],
  ])('sees whether code waits outside of functions: %s', (code, expected) => {
    expect(prepareCode(code, 'cell-1').waitsAtTop).toBe(expected);
  });
});

describe('prepareCode and variables of earlier cells', () => {
  const before = 'declare const size: number;\ndeclare let name: string;\nimport { f } from "m";\n';

  it.each([
    ['g({ size });', 'g({ size: exports.size });'],
    ['g({ size, f, other });', 'g({ size: exports.size, f: exports.f, other });'],
    ['const size = 1;\ng({ size });', 'const size = 1;\ng({ size });'],
    [
      'const g = (size) => ({ size, name });',
      'const g = (size) => ({ size, name: exports.name });',
    ],
    ['function g() { if (a) { var size = 1; } return { size }; }', undefined],
    ['({ name } = g());', '({ name: exports.name } = g());'],
    ['const { size } = g();', undefined],
  ])('gives a shorthand property its value: %s', (code, expected) => {
    expect(prepareCode(code, 'cell-1', before).code).toBe(
      `${expected ?? code}\n//# sourceURL=cell-1`,
    );
  });
});

describe('sourcePlaces', () => {
  it('finds the line of the source in spite of removed types and added exports', () => {
    const source = 'interface A {\n  b: number;\n}\nconst a: A = { b: 1 };\nf(a as A);\nthrow a;';
    const output =
      'Object.defineProperty(exports, "__esModule", { value: true });\nexports.a = void 0;\n' +
      'const a = { b: 1 };\nexports.a = a;\nf(a);\nthrow a;';
    const place = sourcePlaces(source, output);
    expect(place({ line: 3, column: 11 })).toEqual({ line: 4, column: 14 });
    expect(place({ line: 5, column: 1 })).toEqual({ line: 5, column: 1 });
    expect(place({ line: 6, column: 7 })).toEqual({ line: 6, column: 7 });
  });
});

describe('error reports', () => {
  const nowhere = (): undefined => undefined;

  it('name causes and the errors of an aggregate', () => {
    const error = new AggregateError([new TypeError('inner')], 'outer', {
      cause: new RangeError('cause'),
    });
    const text = reportThrown(error, nowhere).traceback.join('\n');
    expect(text).toContain('AggregateError: outer');
    expect(text).toContain('RangeError: cause');
    expect(text).toContain('TypeError: inner');
  });

  it('show values that are not errors', () => {
    expect(reportThrown({ a: 1 }, nowhere)).toMatchObject({ ename: 'Thrown', evalue: '{ a: 1 }' });
    expect(reportThrown(undefined, nowhere)).toMatchObject({ evalue: 'undefined' });
  });

  it('end with the advice, if there is one', () => {
    const start = { offset: 0, line: 0, character: 4 };
    const found = { start, end: start, messageText: 'Cannot find x', category: 1, code: 2307 };
    const report = reportDiagnostics([found], 'let x', 'run it');
    expect(report.evalue).toBe('1:5 - Cannot find x; run it');
    expect(report.traceback.at(-1)).toBe('run it');
  });
});

describe('messages', () => {
  it('are read back as written, and refused with another key', () => {
    const header = { msg_id: '1', msg_type: 'x_request', session: 's', username: 'u' };
    const cause = { identities: [], header, content: {} } as unknown as Request;
    const frames = writeMessage('key', {
      type: 'stream',
      content: { text: 'é' },
      cause,
      identities: ['stream'],
    }).map((frame) => Buffer.from(frame));
    const read = new RequestReader('key').read(frames);
    expect(read.content).toEqual({ text: 'é' });
    expect(read.header).toMatchObject({ msg_type: 'stream', session: 's', version: '5.3' });
    expect(() => new RequestReader('other').read(frames)).toThrow(BadMessage);
    expect(() => new RequestReader('key').read(frames.slice(0, 3))).toThrow(BadMessage);
    expect(signedParts('key', [])).toBeUndefined();
  });

  /** A message of any parts, signed as Jupyter signs. */
  const signed = (key: string, ...parts: readonly string[]) => {
    const hash = createHmac('sha256', key);
    parts.forEach((part) => hash.update(part));
    return ['client', '<IDS|MSG>', key && hash.digest('hex'), ...parts].map((t) => Buffer.from(t));
  };
  const header = (id: string, more: object = {}) =>
    JSON.stringify({ msg_id: id, msg_type: 'x_request', session: 's', ...more });

  it.each(['key', ''])('are taken once, by signature and by id, with the key "%s"', (key) => {
    const reader = new RequestReader(key);
    const first = signed(key, header('1'), '{}', '{}', '{}');
    expect(reader.read(first).identities.map(String)).toEqual(['client']);
    expect(() => reader.read(first)).toThrow('there before');
    const sameId = signed(key, header('1', { date: 'later' }), '{}', '{}', '{"a":1}');
    expect(() => reader.read(sameId)).toThrow('there before');
    expect(reader.read(signed(key, header('2'), '{}', '{}', '{}')).header.msg_id).toBe('2');
    const otherSession = signed(key, header('1', { session: 't' }), '{}', '{}', '{}');
    expect(reader.read(otherSession).header.session).toBe('t');
  });

  it.each([
    ['no JSON', ['{', '{}', '{}', '{}'], /JSON in the header/],
    ['no JSON in a part that is not used', [header('1'), '{}', 'x', '{}'], /JSON in the metadata/],
    ['no id', ['{"msg_type":"x"}', '{}', '{}', '{}'], /msg_id in the header/],
    ['a type that is no text', ['{"msg_id":"1","msg_type":7}', '{}', '{}', '{}'], /msg_type/],
    ['no header', ['null', '{}', '{}', '{}'], /header/],
    ['a list as content', [header('1'), '{}', '{}', '[]'], /content/],
    ['a deep content', [header('1'), '{}', '{}', '['.repeat(1e6)], /200 nested levels/],
    ['nothing', ['', '', '', ''], /JSON in the header/],
  ])('are refused with %s, though signed', (_, parts, message) => {
    const reader = new RequestReader('key');
    expect(() => reader.read(signed('key', ...parts))).toThrow(message);
    expect(() => reader.read(signed('key', ...parts))).toThrow(BadMessage);
    expect(reader.read(signed('key', header('2'), '{}', '{}', '{}')).header.msg_id).toBe('2');
  });

  it('count positions in code points', () => {
    expect(toUnits('a😀b', 2)).toBe(3);
    expect(toPoints('a😀b', 3)).toBe(2);
  });
});
