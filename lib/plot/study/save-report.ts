/** The report of a study with its figures, as files. */
import { join } from 'node:path';
import type { StudyRecord } from '../../study/record.js';
import { studyReport, type StudyReport } from '../../study/report/report.js';
import { writeStudyReport } from '../../study/report/write.js';
import { saveFigure } from '../show/save.js';
import type { Theme } from '../style.js';
import { studyFigures } from './figures.js';

/** How a report is written. */
export interface SaveReportOptions {
  /** Of the figures; *light* by default. */
  readonly theme?: Theme;
  /** Whether figures are drawn; true by default. */
  readonly figures?: boolean;
  /** Studies of the same images that are laid beside it, by the names of their rows. */
  readonly beside?: Readonly<Record<string, StudyRecord>>;
}

/**
 * Writes the report of a study into a folder, also of a half-done one: `report.json`, `REPORT.md` and the figures
 * that `REPORT.md` shows, as PNG.
 *
 * @returns what was written to `report.json`
 * @throws {@link DataError} if a file cannot be written, or a study beside it is of other images
 */
export async function saveStudyReport(
  record: StudyRecord,
  folder: string,
  { theme = 'light', figures = true, beside = {} }: SaveReportOptions = {},
): Promise<StudyReport> {
  const report = studyReport(record, beside);
  const drawn = figures ? Object.entries(studyFigures(record, report)) : [];
  const shown = [];
  for (const [name, { figure, title, section }] of drawn) {
    const file = `${name}.png`;
    await saveFigure(figure, join(folder, file), { theme });
    shown.push({ title, file, section });
  }
  await writeStudyReport(report, folder, shown);
  return report;
}
