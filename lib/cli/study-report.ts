/** The report of a study, from the command line. */
import { basename, join, resolve } from 'node:path';
import { ConfigError } from '../errors.js';
import { saveStudyReport, type SaveReportOptions } from '../plot/study/save-report.js';
import { recordFile } from '../study/folder.js';
import type { StudyRecord } from '../study/record.js';
import { readStudyRecord } from '../study/read-record.js';
import { groupRows } from '../study/report/document/tables.js';
import { table } from '../text.js';

/** How the report of a study is written. */
interface ReportChoice extends Omit<SaveReportOptions, 'beside'> {
  readonly out?: string;
  /** Folders of studies that it is laid beside. */
  readonly beside?: readonly string[];
}

/** The records of studies by the names of their folders. */
async function recordsOf(folders: readonly string[]): Promise<Record<string, StudyRecord>> {
  const records: Record<string, StudyRecord> = {};
  for (const folder of folders) {
    const name = basename(resolve(folder));
    if (Object.hasOwn(records, name)) {
      throw new ConfigError(
        `collect --beside: expected folders with names of their own, got two named "${name}"; rename one`,
      );
    }
    records[name] = await readStudyRecord(recordFile(folder));
  }
  return records;
}

/**
 * Writes the report of a study and prints what it says.
 *
 * @param folder - of the study, with its `study.json`
 */
export async function reportStudy(
  folder: string,
  { out, beside = [], ...choice }: ReportChoice,
): Promise<void> {
  const record = await readStudyRecord(recordFile(folder));
  const options = { ...choice, beside: await recordsOf(beside) };
  const target = out ?? join(folder, 'report');
  const report = await saveStudyReport(record, target, options);
  const { headline, evidence } = report.verdict;
  console.log(`${table(groupRows(report))}\n\n${headline}. ${evidence}`);
  console.error(`the report is in ${target}`);
}
