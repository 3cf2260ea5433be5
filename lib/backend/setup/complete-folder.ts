/** Folders that are either complete or absent. */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

const MARKER = 'complete.json';

/** True if the folder is complete. */
export function isComplete(folder: string): boolean {
  return existsSync(join(folder, MARKER));
}

function partialName(folder: string): string {
  return `${basename(folder)}.partial-`;
}

/** Removes what interrupted runs left behind; the caller holds the lock. */
function sweep(folder: string): void {
  for (const name of readdirSync(dirname(folder))) {
    if (name.startsWith(partialName(folder))) {
      rmSync(join(dirname(folder), name), { recursive: true, force: true });
    }
  }
}

/**
 * Makes `folder` by `fill`, unless it is complete: `fill` works in a temporary folder beside it,
 * which gets the name only at the end. The caller holds a lock.
 *
 * @param folder - the folder to make
 * @param fill - fills the temporary folder whose path it is given
 */
export async function completeFolder(
  folder: string,
  fill: (temporary: string) => Promise<void>,
): Promise<void> {
  if (isComplete(folder)) {
    return;
  }
  mkdirSync(dirname(folder), { recursive: true });
  sweep(folder);
  const temporary = join(dirname(folder), `${partialName(folder)}${process.pid}`);
  mkdirSync(temporary);
  try {
    await fill(temporary);
    writeFileSync(
      join(temporary, MARKER),
      `${JSON.stringify({ made: new Date().toISOString() })}\n`,
    );
    rmSync(folder, { recursive: true, force: true });
    renameSync(temporary, folder);
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    throw error;
  }
}
