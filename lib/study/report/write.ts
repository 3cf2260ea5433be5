/** The report of a study as files. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '../../files/atomic-file.js';
import { fileError } from '../../files/file-error.js';
import { writeJsonFile } from '../../files/json-file.js';
import { reportMarkdown, type ReportFigure } from './document/markdown.js';
import type { StudyReport } from './report.js';

/**
 * Writes the report of a study into a folder: `report.json` (all numbers) and `REPORT.md` (the same to be read).
 * Each file is replaced in one step.
 *
 * @param figures - files beside them that `REPORT.md` shows
 * @throws {@link DataError} if a file cannot be written
 */
export async function writeStudyReport(
  report: StudyReport,
  folder: string,
  figures: readonly ReportFigure[] = [],
): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    throw fileError('create', folder, error);
  }
  await writeJsonFile(join(folder, 'report.json'), report);
  await writeFileAtomic(join(folder, 'REPORT.md'), reportMarkdown(report, figures));
}
