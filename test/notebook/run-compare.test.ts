import { describe, expect, it } from 'vitest';
import { compareNotebooks } from '../../lib/notebook/run/compare-notebooks.js';
import { areNear, compareText } from '../../lib/notebook/run/compare-text.js';
import type { Json, Output } from '../../lib/notebook/run/notebook.js';
import { code, notebookOf, printed, text } from './make-notebook.js';

const tolerance = { relative: 1e-3, comparesNumbers: true };

describe('comparing printed text', () => {
  it.each<[string, string]>([
    ['loss 0.51234', 'loss 0.51230'],
    ['mIoU 27.0 %', 'mIoU 27.1 %'], // rounding of the last figure
    ['took 12.3 s', 'took 4 s'],
    ['took 58 s', 'took 1 min 4 s'],
    ['3 min left, loss 1.5', '2 min 5 s left, loss 1.5'],
    ['12.5 images/s', '9 images/s'],
    ['peak 512 MiB', 'peak 1.2 GiB'],
    ['a     1.0\n-----', 'a  1.0\n---'],
    ['75,025 paths', '75025 paths'],
    ['75025n', '75025n'],
    ['', '\n'],
  ])('takes %j and %j for the same', (expected, got) => {
    expect(compareText(expected, got, tolerance)).toBeUndefined();
  });

  it.each<[string, string, RegExp]>([
    ['loss 0.512', 'loss 0.530', /^0\.512 and 0\.530 are further apart/],
    ['path 4, 4, 8', 'path 4, 8, 8', /^4 and 8 are/],
    ['75025n', '75026n', /words differ|further apart/],
    ['stride 4', 'stride -4', /^4 and -4/],
    ['cell 3x3', 'cell 5x5', /words differ/],
    ['took 3 s, loss 1', 'took 4 s, loss 2', /^1 and 2/],
    ['6 steps', '7 steps', /^6 and 7/],
    ['done', 'failed', /words differ/],
    ['one\ntwo', 'one', /there are 2 lines and 1/],
  ])('tells %j from %j', (expected, got, reason) => {
    const exact = { relative: 1e-9, comparesNumbers: true };
    expect(compareText(expected, got, exact)?.reason).toMatch(reason);
  });

  it('compares everything but numbers where two backends computed them', () => {
    const words = { relative: 0, comparesNumbers: false };
    expect(compareText('loss 1', 'loss 2', words)).toBeUndefined();
    expect(compareText('loss 1', 'error 1', words)).toMatchObject({ line: 1 });
  });

  it('allows for rounding only as far as figures are printed', () => {
    expect(areNear('0.27', '0.28', 1e-3)).toBe(true);
    expect(areNear('0.27', '0.29', 1e-3)).toBe(false);
    expect(areNear('0.27', '0.28', 0)).toBe(false);
    expect(areNear('7', '8', 1e-3)).toBe(false);
    expect(areNear('1.5e-7', '1.6e-7', 1e-3)).toBe(true);
    expect(areNear('1.5e-7', '1.7e-7', 1e-3)).toBe(false);
  });
});

const display = (data: Record<string, Json>): Output => ({
  output_type: 'display_data',
  data,
  metadata: {},
});

const figure = (y: readonly number[], title = 'Curve') => ({
  'application/vnd.plotly.v1+json': {
    data: [{ type: 'scatter', y }],
    layout: { title: { text: title } },
  },
});

/** A notebook whose second code cell has outputs. */
const withOutputs = (outputs: Output[], tags: string[] = []) =>
  notebookOf(text('# N'), code('1'), code('work()', { outputs, tags }));

const difference = (expected: Output[], got: Output[], tags?: string[]) =>
  compareNotebooks(withOutputs(expected, tags), withOutputs(got, tags));

describe('comparing the outputs of notebooks', () => {
  it('finds equal ones equal', () => {
    const outputs = [printed('a 1.00\n'), display(figure([1, 2]))];
    expect(difference(outputs, outputs)).toBeUndefined();
  });

  it('names the cell, its code and the first line that differs', () => {
    expect(difference([printed('a\nb 1.0\nc')], [printed('a\nb 2.0\nd')])).toMatchObject({
      number: 2,
      source: 'work()',
      place: 'output 1, line 2',
      expected: 'b 1.0',
      got: 'b 2.0',
    });
  });

  it('compares number and kinds of outputs', () => {
    expect(difference([printed('a')], [])).toMatchObject({ expected: 'stdout', got: 'no outputs' });
    const html = display({ 'text/html': '<p>' });
    expect(difference([html], [display({ 'text/plain': 'p' })])).toMatchObject({
      expected: 'display of text/html',
      got: 'display of text/plain',
    });
  });

  it('compares the data of figures, and not their pictures', () => {
    const picture = { 'image/png': 'AAAA', 'text/plain': 'Curve' };
    const other = { 'image/png': 'BBBB', 'text/plain': 'Curve' };
    const [a, b] = [figure([1, 2]), figure([1, 2.001])];
    expect(difference([display({ ...a, ...picture })], [display({ ...b, ...other })])).toBe(
      undefined,
    );
    expect(difference([display(a)], [display(figure([1, 3]))])).toMatchObject({
      place: 'output 1, figure.data.0.y.1',
      expected: '2',
      got: '3',
    });
    expect(difference([display(a)], [display(figure([1]))])).toMatchObject({
      reason: 'there are 2 values and 1',
    });
    expect(difference([display(a)], [display(figure([1, 2], 'Other'))])).toMatchObject({
      place: 'output 1, figure.layout.title.text',
    });
  });

  it('compares the messages of errors', () => {
    const error = (evalue: string): Output => ({
      output_type: 'error',
      ename: 'TypeError',
      evalue,
      traceback: [evalue],
    });
    expect(difference([error('no x')], [error('no x')])).toBeUndefined();
    expect(difference([error('no x')], [error('no y')])).toMatchObject({
      place: 'output 1, message',
    });
  });

  it('compares only number and kinds in cells tagged "varies"', () => {
    expect(difference([printed('a')], [printed('b')], ['varies'])).toBeUndefined();
    expect(difference([printed('a')], [], ['varies'])).toBeDefined();
  });

  it('passes over parameters that were given for the run', () => {
    const expected = notebookOf(code('a', { outputs: [printed('1')] }));
    const injected = code('const a = 1', { tags: ['injected-parameters'] });
    const got = notebookOf(injected, code('a', { outputs: [printed('1')] }));
    expect(compareNotebooks(expected, got)).toBeUndefined();
  });
});
