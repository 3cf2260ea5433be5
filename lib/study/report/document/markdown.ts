/** The report of a study as a document in Markdown. */
import { count, percent } from '../../../text.js';
import type { StudyReport } from '../report.js';
import { points, searchCount } from '../verdict.js';
import { agreementText, weakestText } from './agreement-text.js';
import { originText } from './origin.js';
import { PROSE } from './prose.js';
import { operationsTable, opinionsTable, searchesTable } from './search-tables.js';
import {
  classesTable,
  costsTable,
  differencesTable,
  groupsTable,
  networksTable,
  reliabilityTable,
  rowsTable,
  traitsTable,
} from './tables.js';

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
export type ReportSection = 'groups' | 'traits' | 'opinions' | 'searches';

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
    `scored with the weights of the best validation on the ${count(dataset.testImages, 'image')} of the split ` +
    `${dataset.testSplit}, which no decision has seen. ` +
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

/** What random networks of one size tell. */
function sizeText({ spreadOfSize: { networks, bySeeds } }: StudyReport): string[] {
  if (networks === null || bySeeds === null) {
    return [];
  }
  const [own, seeds] = [networks, bySeeds].map((share) => points(share).replace('+', ''));
  return [
    `Random networks of one size differ by ${own} (a standard deviation, pooled over the searches); the seeds of their ` +
      `retrainings alone would leave ${seeds}` +
      (networks > bySeeds
        ? '.'
        : ': with this recipe and these seeds, nothing beyond the size tells them apart.'),
  ];
}

/** How networks did under each seed. */
function seedsText({ reliability: { seeds } }: StudyReport): string[] {
  const known = seeds.filter(({ meanIou }) => meanIou !== null);
  return known.length < 2
    ? []
    : [
        `${count(known[0].networks, 'network')} under every seed: ` +
          `${list(known.map(({ seed, meanIou }) => `${percent(meanIou, 2)} in the mean under seed ${seed}`))}.`,
      ];
}

/** What scores go with, and whether they can be trusted to rank. */
function scoresDependOn(report: StudyReport, pictures: readonly string[]): string[] {
  return [
    ...['## What scores go with', PROSE.traits, traitsTable(report), ...sizeText(report)],
    ...pictures,
    ...['## Whether the recipe can rank', PROSE.reliability, reliabilityTable(report)],
    ...seedsText(report),
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
    ...['## Groups', PROSE.groups, groupsTable(report), ...pictures('groups')],
    ...(report.differences.length > 0
      ? ['## Differences', PROSE.differences, differencesTable(report)]
      : []),
    ...(report.traits.length > 0 ? scoresDependOn(report, pictures('traits')) : []),
    ...(hasSearches
      ? [
          ...['## What supernets think of networks', PROSE.opinions, opinionsTable(report)],
          ...pictures('opinions'),
          ...['## Searches', PROSE.searches, searchesTable(report), ...agreementText(report)],
          ...['### Operations', PROSE.operations, operationsTable(report), weakestText(report)],
          ...pictures('searches'),
        ]
      : []),
    ...(report.rows.length > 0 ? ['## Beside other studies', PROSE.rows, rowsTable(report)] : []),
    ...['## IoU of each class', classesTable(report)],
    ...['## Networks', networksTable(report)],
    ...['## Time and memory', costsTable(report)],
    ...['## How it was made', ...originText(report)],
  ];
  return `${blocks.join('\n\n')}\n`;
}
