/** The look at the data of a run before anything expensive begins. */
import type { Dataset } from '../dataset/dataset.js';
import { describePart, inspectData, type Inspection } from '../dataset/inspection/inspect.js';
import type { LabelCounts } from '../dataset/inspection/label-counts.js';
import type { DataPart } from '../dataset/inspection/summary.js';
import { DataError } from '../errors.js';
import { RunDirectory } from '../run/directory.js';
import { imagesProgress } from './occasionally.js';
import type { LoopControl } from './events.js';
import type { DataConfig } from './options/data.js';

/** What is looked at, and for which run. */
export interface LabelCheckRequest extends LoopControl {
  readonly dataset: Dataset;
  readonly parts: readonly DataPart[];
  readonly labelCheck: DataConfig['labelCheck'];
  /** Takes what the label maps hold. */
  readonly labels?: LabelCounts | undefined;
  /** The folder of the run to resume; undefined: a new run. */
  readonly resumed: string | undefined;
}

/**
 * Looks at the label maps and reports what they hold: a note per part, a warning per doubt.
 *
 * @returns what to keep in the run; undefined if nothing was looked at, because the options say so or
 *   because the run that is resumed has it
 * @throws {@link DataError} if a training would be worthless or its scores wrong
 * @throws the signal's reason if it is aborted
 */
export async function checkLabels(request: LabelCheckRequest): Promise<Inspection | undefined> {
  const { dataset, parts, labelCheck, labels, resumed, signal, onProgress } = request;
  if (labelCheck === 'none' || (resumed !== undefined && (await isChecked(resumed)))) {
    return undefined;
  }
  const inspection = await inspectData(dataset, parts, {
    labelCheck,
    signal,
    onLook: (look) => labels?.add(look),
    onProgress: imagesProgress(onProgress, 'label check'),
  });
  for (const part of inspection.parts) {
    onProgress?.({ kind: 'note', text: describePart(part) });
  }
  const errors = inspection.findings.filter(({ severity }) => severity === 'error');
  for (const { text } of inspection.findings.filter((finding) => !errors.includes(finding))) {
    onProgress?.({ kind: 'warning', text });
  }
  if (errors.length > 0) {
    throw new DataError(errors.map(({ text }) => text).join('\n'));
  }
  return inspection;
}

/** Whether a run has the result of its check. */
async function isChecked(folder: string): Promise<boolean> {
  const run = await RunDirectory.open(folder);
  return (await run.read('labels')) !== undefined;
}
