/** The report of a study as files. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '../../files/atomic-file.js';
import { fileError } from '../../files/file-error.js';
import { writeJsonFile } from '../../files/json-file.js';
import type { StudyRecord } from '../record.js';
import { reportMarkdown, type ReportFigure } from './markdown.js';
import { studyReport, type StudyReport } from './report.js';

/**
 * Writes the report of a study into a folder: `report.json` (all numbers) and `REPORT.md` (the same to be read).
 * Each file is replaced in one step.
 *
 * @param figures - files beside them that `REPORT.md` shows
 * @returns what was written to `report.json`
 * @throws {@link DataError} if a file cannot be written
 */
export async function writeStudyReport(
  record: StudyRecord,
  folder: string,
  figures: readonly ReportFigure[] = [],
): Promise<StudyReport> {
  const report = studyReport(record);
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    throw fileError('create', folder, error);
  }
  await writeJsonFile(join(folder, 'report.json'), report);
  await writeFileAtomic(join(folder, 'REPORT.md'), reportMarkdown(report, figures));
  return report;
}
