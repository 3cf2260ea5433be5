/** The report of a study as a document in Markdown. */
import { duration } from '../../duration.js';
import { count, gibibytes, percent } from '../../text.js';
import type { StudyReport } from './report.js';
import {
  classesTable,
  costsTable,
  differencesTable,
  groupsTable,
  networksTable,
  opinionsTable,
  rowsTable,
  searchesTable,
} from './tables.js';
import { searchCount } from './verdict.js';

/** A figure beside the document. */
export interface ReportFigure {
  /** What it shows, for those who cannot see it. */
  readonly title: string;
  /** Its file, as the document refers to it. */
  readonly file: string;
  /** The heading that it stands under. */
  readonly section: ReportSection;
}

/** Parts of the document that figures may stand in. */
export type ReportSection = 'groups' | 'opinions' | 'searches';

const list = (items: readonly (string | number)[]): string => items.join(', ');

/** On what supernets are scored. */
function supernetView(
  { search }: StudyReport['settings'],
  { validationImages }: StudyReport['dataset'],
): string {
  const most = Number(search.validationImages ?? Infinity);
  const { resolution = 1 } = search;
  return (
    `Supernets are validated, and asked for their opinions, on ${count(Math.min(most, validationImages), 'image')}` +
    `${resolution === 1 ? '' : ` at resolution ${JSON.stringify(resolution)}`}.`
  );
}

/** What was compared. */
function comparison({ dataset, settings, retrainSteps }: StudyReport): string {
  const { searchSeeds, retrainSeeds, randomPerFound, parameterTolerance } = settings;
  const steps = retrainSteps.length === 0 ? '' : ` of ${list(retrainSteps)} steps`;
  return (
    `${searchCount(searchSeeds.length)} on ${dataset.name} (${dataset.trainImages} images to train on, ` +
    `${dataset.validationImages} to validate); each found network beside ${count(randomPerFound, 'random one')} of the same ` +
    `search space, within ${percent(parameterTolerance, 0)} of its parameters. All networks are retrained from ` +
    `scratch by one recipe${steps}, with ${retrainSeeds.length === 1 ? 'the seed' : 'the seeds'} ` +
    `${list(retrainSeeds)}, and ` +
    `scored on the ${count(dataset.testImages, 'image')} of the split ${dataset.testSplit}, which no decision has seen. ` +
    supernetView(settings, dataset)
  );
}

/** More missing parts than this are counted. */
const MOST_NAMED = 6;

function missingText(missing: readonly string[]): string {
  const rest = missing.length - MOST_NAMED;
  return list(missing.slice(0, MOST_NAMED)) + (rest > 0 ? ` and ${rest} more` : '');
}

/** How far the study is; nothing where it is done. */
function progress({ missing, done }: StudyReport): string[] {
  if (missing.length === 0) {
    return [];
  }
  const parts = [
    searchCount(done.searches),
    `${done.opinions === 1 ? '1 opinion' : `${done.opinions} opinions`} of supernets`,
    count(done.retrainings, 'retraining'),
  ];
  return [
    `**The study is not done:** this is made of ${list(parts)}. Missing: ${missingText(missing)}.`,
  ];
}

const GROUPS =
  'Mean over the networks of their means over seeds. Spreads are standard deviations in points of mean IoU: of ' +
  'networks, between those means; of seeds, between retrainings of one network, pooled. Intervals are percentile ' +
  'intervals of 10,000 resamples that draw networks, and seeds for each; of three networks they hold the true ' +
  'mean about three times in four rather than 95 times in 100.';

const DIFFERENCES =
  'In points of mean IoU. Where the networks belong to searches, the difference is taken within each search, and ' +
  'searches, networks and seeds are drawn. _By chance_ is the probability of a difference at least as large if in ' +
  'each search the found network were any of the compared; with n searches and r others in each it is at least ' +
  '(r + 1)^−n, with one other in each 2^(1−n). Only random networks have the size of the found ones.';

const OPINIONS_TEXT =
  'Rank correlations, within each search, between what its supernet thinks of a network and the score of that ' +
  'network after retraining: 1 is the same order, 0 none, −1 the opposite. _By chance_ is the probability of a ' +
  'mean τ_b at least as far from 0 if the scores of each search were shuffled.';

const SEARCHES =
  'Travel is the largest change of a logit of α or β; its bound is the learning rate times the steps, about what ' +
  'Adam can move one by. Entropies are means over the choices, as shares of the largest possible (100 %: nothing ' +
  'is decided); beside them the mean of the largest probability. _Supernet_ is its mean IoU on the validation ' +
  'split, _decoded only_ that with nothing but the operations and the path that it decided on; their gap, in ' +
  'points, is what the decode lost.';

const ROWS =
  'Studies of the same images. Entropies and gaps are means over the searches, as above; what is not under _with_ ' +
  'is as in this study. Random networks have the sizes of the found ones, so those of two rows differ.';

function agreementText({ decisions }: StudyReport): string[] {
  const { agreement, agreementByChance: byChance, correlation, searches } = decisions;
  const decimal = (value: number) => value.toFixed(2).replace('-', '−');
  return agreement && correlation
    ? [
        `Of ${searches.length} searches, two agree on ${percent(agreement.path)} of the layers, on ` +
          `${percent(agreement.inputs)} of the inputs of the cell and on ${percent(agreement.branches)} of its branches; ` +
          `two random architectures on ${percent(byChance.path)}, ${percent(byChance.inputs)} and ` +
          `${percent(byChance.branches)}. Their α correlate by ${decimal(correlation.alpha)}, their β by ` +
          `${decimal(correlation.beta)}: the share of their variance that comes from the data and the space. The ` +
          'rest is noise of batches and first weights; 0 would say that the data decided nothing.',
      ]
    : [];
}

function origin({ madeBy, costs }: StudyReport): string[] {
  const { hardware, backends, dates, commits, libraryVersions } = madeBy;
  const machines = hardware.map(
    ({ processor, cores, memory }) => `${processor}, ${count(cores, 'core')}, ${gibibytes(memory)}`,
  );
  const total = costs.reduce((sum, { seconds }) => sum + seconds, 0);
  return [
    `\`\`\`sh\n${madeBy.command}\n\`\`\``,
    [
      `- library ${list(libraryVersions)}${commits.length === 0 ? '' : `, commit ${list(commits)}`}`,
      `- hardware: ${machines.join('; ')}`,
      `- backend: ${list(backends)}`,
      `- ${duration(total)} of computing, summed over the parts; the last one was done at ${dates.updated}`,
      '- all options, curves, α, β and architectures: `study.json`; these numbers: `report.json`',
    ].join('\n'),
  ];
}

/**
 * The report as a document; its first line says whether found networks beat random ones.
 *
 * @param figures - files that it shows, as far as they are there
 */
export function reportMarkdown(report: StudyReport, figures: readonly ReportFigure[] = []): string {
  const pictures = (wanted: ReportSection): string[] =>
    figures
      .filter(({ section }) => section === wanted)
      .map(({ title, file }) => `![${title}](${file})`);
  const { headline, evidence } = report.verdict;
  const hasSearches = report.decisions.searches.length > 0;
  const blocks = [
    `# ${headline}`,
    evidence,
    ...progress(report),
    comparison(report),
    ...['## Groups', GROUPS, groupsTable(report), ...pictures('groups')],
    ...(report.differences.length > 0
      ? ['## Differences', DIFFERENCES, differencesTable(report)]
      : []),
    ...(hasSearches
      ? [
          ...['## What supernets think of networks', OPINIONS_TEXT, opinionsTable(report)],
          ...pictures('opinions'),
          ...['## Searches', SEARCHES, searchesTable(report), ...agreementText(report)],
          ...pictures('searches'),
        ]
      : []),
    ...(report.rows.length > 0 ? ['## Beside other studies', ROWS, rowsTable(report)] : []),
    ...['## IoU of each class', classesTable(report)],
    ...['## Networks', networksTable(report)],
    ...['## Time and memory', costsTable(report)],
    ...['## How it was made', ...origin(report)],
  ];
  return `${blocks.join('\n\n')}\n`;
}
