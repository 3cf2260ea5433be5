/** The report of a study, from the command line. */
import { join } from 'node:path';
import { saveStudyReport, type SaveReportOptions } from '../plot/study/save-report.js';
import { recordFile } from '../study/folder.js';
import { readStudyRecord } from '../study/read-record.js';
import { groupRows } from '../study/report/tables.js';
import { table } from '../text.js';

/**
 * Writes the report of a study and prints what it says.
 *
 * @param folder - of the study, with its `study.json`
 */
export async function reportStudy(
  folder: string,
  { out, ...options }: SaveReportOptions & { readonly out?: string },
): Promise<void> {
  const record = await readStudyRecord(recordFile(folder));
  const target = out ?? join(folder, 'report');
  const report = await saveStudyReport(record, target, options);
  const { headline, evidence } = report.verdict;
  console.log(`${table(groupRows(report))}\n\n${headline}. ${evidence}`);
  console.error(`the report is in ${target}`);
}
