/** All figures of a study, as far as it is done. */
import type { StudyRecord } from '../../study/record.js';
import type { ReportSection } from '../../study/report/document/markdown.js';
import { OPINIONS, opinionPoints, type Opinion } from '../../study/report/opinions.js';
import type { StudyReport } from '../../study/report/report.js';
import { scoredNetworks } from '../../study/report/scored.js';
import type { Figure } from '../figure.js';
import { branchAgreementFigure, levelAgreementFigure } from '../search-space/agreement-figures.js';
import { sharpnessFigure, studyCurvesFigure } from './curves-figure.js';
import { opinionFigure } from './opinion-figure.js';
import { sizeFigure } from './size-figure.js';
import { studyScoresFigure } from './scores-figure.js';

/** A figure of a study, and where its report shows it. */
export interface StudyFigure {
  readonly figure: Figure;
  /** What it shows, for those who cannot see it. */
  readonly title: string;
  readonly section: ReportSection;
}

/** The names of the files of the opinions. */
const OPINION_NAMES: Readonly<Record<Opinion, string>> = {
  logProbability: 'opinion-probability',
  supernetMeanIou: 'opinion-supernet',
};

/** The figures that a study has data for, by name. */
export function studyFigures(
  record: StudyRecord,
  report: StudyReport,
): Readonly<Record<string, StudyFigure>> {
  const all = scoredNetworks(record);
  const found: [string, StudyFigure][] = [];
  const add = (name: string, title: string, section: ReportSection, draw: () => Figure): void => {
    found.push([name, { figure: draw(), title, section }]);
  };
  if (record.scores.length > 0) {
    add('scores', 'Score of every retraining, by group', 'groups', () => studyScoresFigure(report));
    add('size', 'Score against parameters', 'traits', () => sizeFigure(report));
  }
  for (const opinion of Object.keys(OPINIONS) as Opinion[]) {
    if (opinionPoints(all, opinion).length > 0) {
      const title = `Retrained score against the ${OPINIONS[opinion]}`;
      add(OPINION_NAMES[opinion], title, 'opinions', () => opinionFigure(report, opinion));
    }
  }
  const architectures = record.searches.map(({ architecture }) => architecture);
  if (architectures.length > 0) {
    add('curves', 'Course of the searches', 'searches', () => studyCurvesFigure(record));
    add('sharpness', 'Entropies of α and β', 'searches', () => sharpnessFigure(record));
  }
  if (architectures.length > 1) {
    const [levels, branches] = [levelAgreementFigure, branchAgreementFigure];
    add('levels', 'Levels that the searches agree on', 'searches', () => levels(architectures));
    add('branches', 'Branches that they agree on', 'searches', () => branches(architectures));
  }
  return Object.fromEntries(found);
}
