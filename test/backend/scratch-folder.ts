/** A folder for one test, removed afterwards. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** Makes a folder that goes when the test that asked for it is over. */
export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'autodeeplab-backend-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
