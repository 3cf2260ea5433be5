/** A process that makes one check and sends its rows. */
import type { BackendChoice } from '../backend/backend-name.js';
import { useBackend, type BackendInfo } from '../backend/use-backend.js';
import type { Row } from './check.js';
import { CHECKS } from './checks.js';
import { measurePrecision, type Precision } from './precision.js';
import { requestOfChild, tellParent } from './run-child.js';

/** What such a process is asked for. */
export interface CheckRequest {
  readonly backend: BackendChoice;
  /** The name of the check. */
  readonly check: string;
  /** An empty folder. */
  readonly folder: string;
}

/** What it sends: first where it runs, then rows, then that there are no more. */
export type CheckMessage =
  | { readonly kind: 'place'; readonly backend: BackendInfo; readonly precision: Precision }
  // JSON has no infinities: differences travel as texts.
  | {
      readonly kind: 'row';
      readonly row: Omit<Row, 'absolute' | 'relative'>;
      readonly differences: readonly [string, string];
    }
  | { readonly kind: 'end' };

const { backend: choice, check: name, folder } = requestOfChild<CheckRequest>();
const tell = (message: CheckMessage) => tellParent(message);

const backend = await useBackend(choice);
const precision = measurePrecision();
await tell({ kind: 'place', backend, precision });
const check = CHECKS.find((one) => one.name === name)!;
for await (const { absolute, relative, ...row } of check.run({ backend, precision, folder })) {
  await tell({ kind: 'row', row, differences: [String(absolute), String(relative)] });
}
await tell({ kind: 'end' });
process.exit();
