/** `autodeeplab collect`: trials as a table, files and figures. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Command, Option } from 'commander';
import { ConfigError, DataError } from '../errors.js';
import {
  branchAgreementFigure,
  levelAgreementFigure,
} from '../plot/search-space/agreement-figures.js';
import { epochRows } from '../run/epoch-rows.js';
import { searchCurvesFigure, type CurveMetric } from '../plot/curves/search-curves.js';
import { numberAt } from '../plot/curves/rows.js';
import type { Figure } from '../plot/figure.js';
import { saveFigure } from '../plot/show/save.js';
import { THEMES, type Theme } from '../plot/style.js';
import type { RunHistory } from '../run/history.js';
import { recordFile, settingsFile } from '../study/folder.js';
import { table } from '../text.js';
import { collectTrials } from '../trials/collect/collect.js';
import type { TrialWithHistory } from '../trials/collect/collected.js';
import { agreementOf, trialRows, trialSummary } from '../trials/collect/describe.js';
import { writeTrials } from '../trials/collect/write.js';
import { reportStudy } from './study-report.js';
import { listed } from './word-list.js';

/** The metrics that are drawn, if every trial has them. */
const DRAWN: readonly CurveMetric[] = ['meanIou', 'loss', 'architectureLoss'];

const has = (history: RunHistory, metric: CurveMetric): boolean =>
  epochRows(history).some((row) => numberAt(row, metric) !== undefined);

/** The curves of the trials that have an epoch; undefined if none has. */
function curves(trials: readonly TrialWithHistory[]): Figure | undefined {
  const begun = trials.flatMap(({ id, history }) =>
    history !== undefined && epochRows(history).length > 0 ? [[id, history] as const] : [],
  );
  const metrics = DRAWN.filter((metric) => begun.every(([, history]) => has(history, metric)));
  if (begun.length === 0 || metrics.length === 0) {
    return undefined;
  }
  const isSearch = trials.every(({ kind }) => kind === null || kind === 'search');
  const title = isSearch ? 'Search' : 'Training';
  return searchCurvesFigure(Object.fromEntries(begun), { metrics, title });
}

/** The figures that can be drawn, by name. */
function figuresOf(trials: readonly TrialWithHistory[]): Readonly<Record<string, Figure>> {
  const drawn = curves(trials);
  const found = trials.flatMap(({ kind, architecture }) =>
    kind === 'search' && architecture !== null ? [architecture] : [],
  );
  const agree = agreementOf(trials) !== undefined;
  return {
    ...(drawn && { curves: drawn }),
    ...(agree && { levels: levelAgreementFigure(found), branches: branchAgreementFigure(found) }),
  };
}

interface CollectFlags {
  readonly out?: string;
  readonly theme: Theme;
  readonly figures: boolean;
  readonly beside?: readonly string[];
}

/** Trials as a table, files and figures. */
async function runCollectTrials(
  folder: string,
  { out, theme, figures }: CollectFlags,
): Promise<void> {
  const collected = await collectTrials(folder);
  const target = out ?? join(collected.folder, 'collected');
  console.log(table(trialRows(collected.trials)));
  console.log(`\n${trialSummary(collected.trials).join('\n')}`);
  await writeTrials(collected, target);
  for (const [name, figure] of figures ? Object.entries(figuresOf(collected.trials)) : []) {
    for (const extension of ['png', 'html']) {
      await saveFigure(figure, join(target, `${name}.${extension}`), { theme });
    }
  }
  console.error(`the table, Arrow files and figures are in ${target}`);
}

async function runCollect(folder: string, flags: CollectFlags): Promise<void> {
  if (existsSync(settingsFile(folder)) && !existsSync(recordFile(folder))) {
    throw new DataError(
      `${recordFile(folder)}: expected what the study has measured, got results without it; repeat the ` +
        'command of the study, which collects them and does what is missing',
      recordFile(folder),
    );
  }
  if (existsSync(recordFile(folder))) {
    return reportStudy(resolve(folder), flags);
  }
  if (flags.beside !== undefined) {
    throw new ConfigError(
      `collect --beside: expected a study to lay others beside, got ${folder}, which is none; leave --beside out`,
    );
  }
  await runCollectTrials(folder, flags);
}

/** The command `collect`. */
export function collectCommand(): Command {
  return new Command('collect')
    .description(
      'make a table and figures of trials, or the report of a study, also of half-done ones',
    )
    .argument('<folder>', 'the folder that the trials or the study were given as --out')
    .option(
      '--out <folder>',
      'where files and figures go (collected in the folder; of a study, report)',
    )
    .addOption(new Option('--theme <name>', 'of the figures').choices(THEMES).default('light'))
    .option('--no-figures', 'draw no figures')
    .option(
      '--beside <folders>',
      'of a study: further studies of the same images, separated by commas, each as a row of its report',
      listed,
    )
    .addHelpText(
      'after',
      '\nFiles of trials: trials.md, trials.json, trials.arrow (a row for each trial), epochs.arrow (a row for each\n' +
        'epoch of each trial); figures, as .png and .html: curves with mean and band, and, of searches, the\n' +
        'levels and the branches that they agree on. Files of a study: REPORT.md, report.json; figures, as .png.\n' +
        '\nExample:\n  npx autodeeplab collect runs/ten',
    )
    .action(runCollect);
}
