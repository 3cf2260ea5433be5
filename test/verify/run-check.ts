/** Runs a check of `doctor --verify` in this process. */
import { mkdtemp } from 'node:fs/promises';
import path from 'node:path';
import type { BackendName } from '../../lib/backend/backend-name.js';
import type { Check, Row } from '../../lib/verify/check.js';
import { measurePrecision } from '../../lib/verify/precision.js';
import { useBackend } from '../helpers/backends.js';

/**
 * All rows of a check.
 *
 * @param root - the folder in which it gets one of its own
 */
export async function rowsOf(check: Check, backend: BackendName, root: string): Promise<Row[]> {
  const info = await useBackend(backend);
  const folder = await mkdtemp(path.join(root, 'check-'));
  const rows: Row[] = [];
  for await (const row of check.run({ backend: info, precision: measurePrecision(), folder })) {
    rows.push(row);
  }
  return rows;
}

/** The names of the rows that are not right. */
export function wrong(rows: readonly Row[]): string[] {
  return rows.filter(({ ok }) => !ok).map(({ what }) => what);
}
