/** Small shell programs that stand for programs of a machine. */
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Writes an executable shell script `name` into `folder` and gives its path. */
export function writeProgram(folder: string, name: string, script: string): string {
  const file = join(folder, name);
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  return file;
}
