/** The solutions to the exercises of the notebooks run, and give what they say. */
import { beforeAll, expect, it } from 'vitest';
import { ensureCompiled } from '../cli/compiled-cli.js';
import { projectExamples } from '../helpers/docs/find-examples.js';
import { endOf, runExamples, type RanExamples } from '../helpers/docs/run-examples.js';

const solutions = projectExamples().filter(({ file, isRun }) => isRun && file.endsWith('.ipynb'));
let ran: RanExamples;

beforeAll(async () => {
  ensureCompiled();
  ran = await runExamples(solutions);
}, 600_000);

it.each(solutions.map(({ name }) => name))('%s', (name) => {
  expect(endOf(ran, name)).toBe('fine');
});
