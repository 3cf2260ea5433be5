import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { flagsOfCommand, withFlags } from '../../lib/cli/advice.js';
import { checkCommand } from '../../lib/cli/data-check.js';
import { dataImportCommand } from '../../lib/cli/data-import.js';
import { decodeCommand } from '../../lib/cli/decode.js';
import { evaluateCommand } from '../../lib/cli/evaluate.js';
import { demoCommand } from '../../lib/cli/demo.js';
import { exportCommand } from '../../lib/cli/export.js';
import { optionsCommand } from '../../lib/cli/list-options.js';
import { predictCommand } from '../../lib/cli/predict.js';
import { recipeCommand } from '../../lib/cli/recipe.js';
import { retrainCommand } from '../../lib/cli/retrain.js';
import { searchCommand } from '../../lib/cli/search.js';
import { setupCommand } from '../../lib/cli/setup.js';
import { writeSubmissionCommand } from '../../lib/cli/submission.js';
import { studyCommand } from '../../lib/cli/study.js';
import { trialsCommand } from '../../lib/cli/trials.js';
import { tutorialCommand } from '../../lib/cli/tutorial.js';
import { workerCommand } from '../../lib/cli/worker.js';

const COMMANDS: readonly Command[] = [
  searchCommand(),
  retrainCommand(),
  evaluateCommand(),
  predictCommand(),
  decodeCommand(),
  exportCommand(),
  demoCommand(),
  dataImportCommand(),
  recipeCommand(),
  writeSubmissionCommand(),
  checkCommand(),
  trialsCommand(),
  studyCommand(),
];
const OTHERS = [optionsCommand(), setupCommand(), tutorialCommand(), workerCommand()];

describe('withFlags', () => {
  it.each([
    ['lower the option batchSize', 'lower --batch-size'],
    ['with { workers: 0 } or { recompute: "all" }', 'with --workers 0 or { recompute: "all" }'],
    ["or { recompute: 'all' }", 'or --recompute all'],
    ['or { clipNorm: 0.5 }', 'or --clip-norm 0.5'],
    ['continue with { resume: true }', 'continue with --resume'],
    ['pass it as the option root', 'pass it as --root'],
    [
      "the other coding with { labels: 'labelIds' }",
      'the other coding with --data-option labels=labelIds',
    ],
    ["or { sbd: '/data/SBD' }", 'or --data-option sbd=/data/SBD'],
    ['a field { "root": 1 } of a file', 'a field { "root": 1 } of a file'],
    ['the option there is not', 'the option there is not'],
    ['train with batchSize 2, or imagePooling', 'train with --batch-size 2, or imagePooling'],
    ['raise memoryLimit, or', 'raise --memory-limit, or'],
    ['batchSize: expected a number', 'batchSize: expected a number'],
    [
      '/data/batchSize/x.png, x.batchSize, "batchSize"',
      '/data/batchSize/x.png, x.batchSize, "batchSize"',
    ],
    ['a larger augment.maxScale or batchSize.', 'a larger augment.maxScale or --batch-size.'],
  ])('writes "%s" as "%s"', (message, expected) => {
    expect(withFlags(message, flagsOfCommand(COMMANDS[0]))).toBe(expected);
  });

  it('writes only flags that the command has', () => {
    const advice = 'or { withBaselines: false }, or { path, cell }, or the option seed';
    const [, , evaluate, , decode] = COMMANDS.map(flagsOfCommand);
    expect(withFlags(advice, evaluate)).toBe(
      'or --no-baselines, or { path, cell }, or the option seed',
    );
    expect(withFlags(advice, decode)).toBe(
      'or { withBaselines: false }, or --path and --cell, or the option seed',
    );
    expect(withFlags(advice, new Set())).toBe(advice);
  });
});

const lib = fileURLToPath(new URL('../../lib', import.meta.url));

/** Where texts are no errors, or those of other programs: pip, npm, compilers, Slurm, style sheets. */
const NO_ADVICE =
  /^training\/options\/describe\.ts$|^(cli|backend\/setup|notebook\/gallery)\/|^export\/web\/style-sheet\.ts$|^cluster\/(join|slurm)\.ts$|^trials\/schedulers\/(slurm|run-trial)\.ts$|^(notebook\/kernel\/(lab-environment|hints)|backend\/(native-package|wasm-threads))\.ts$/;

const sources = readdirSync(lib, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && !NO_ADVICE.test(name))
  .map((name) => [name, readFileSync(path.join(lib, name), 'utf8')] as const);

/** The texts that a program holds, templates with … for their values. */
function textsOf(source: string): string[] {
  const texts: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node)) {
      texts.push(node.text);
    } else if (ts.isTemplateExpression(node)) {
      const parts = node.templateSpans.map(({ literal }) => literal.text);
      texts.push([node.head.text, ...parts].join('…'));
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile('source.ts', source, ts.ScriptTarget.Latest));
  return texts;
}

/** All texts of the library, with their file. */
const texts = sources.flatMap(([name, source]) => textsOf(source).map((text) => ({ name, text })));

/** All matches of a pattern in them. */
const mentions = (pattern: RegExp) =>
  texts.flatMap(({ name, text }) => [...text.matchAll(pattern)].map((match) => ({ name, match })));

describe('the advice of the library', () => {
  const flags = new Set(
    [...COMMANDS, ...OTHERS].flatMap((command) => [...flagsOfCommand(command)]),
  );
  /** Options that only scripts have: their messages name the functions that take them. */
  const SCRIPT_ONLY = ['augment', 'maxPixels', 'mode'];

  it('names no flag that there is not', () => {
    const named = mentions(/(?<![\w-]|NODE_OPTIONS=)--[a-z][a-z-]+/g); // those are of Node
    expect(named.length).toBeGreaterThan(2);
    expect(
      named.filter(({ match }) => !flags.has(match[0])).map(({ name, match }) => [name, match[0]]),
    ).toEqual([]);
  });

  it('names only options that scripts and the command line have', () => {
    const named = [
      ...mentions(/\boption ([a-z]\w*)/g),
      ...mentions(/\{ ([a-z]\w*): (?:'[^']*'|[\d.]+|true|false) \}/g),
    ];
    expect(named.length).toBeGreaterThan(15);
    const declared = sources.map(([, source]) => source).join('\n');
    for (const { name, match } of named) {
      const option = match[1];
      // A field of an interface, or an entry of an option table.
      const isDeclared = new RegExp(`^\\s+(?:readonly ${option}\\??|${option}): `, 'm').test(
        declared,
      );
      expect([name, option, isDeclared]).toEqual([name, option, true]);
      const written = COMMANDS.map((command) => withFlags(match[0], flagsOfCommand(command)));
      const isFlag = SCRIPT_ONLY.includes(option) || written.some((text) => text.includes('--'));
      expect([name, match[0], isFlag]).toEqual([name, match[0], true]);
    }
  });
});
