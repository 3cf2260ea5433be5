/**
 * Real images for tests. They may not be distributed, so they lie outside the repository, in the
 * folder `shared/data` beside it or in the one that AUTODEEPLAB_TEST_DATA names.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe } from 'vitest';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const folder = process.env.AUTODEEPLAB_TEST_DATA ?? path.join(repository, '..', 'shared', 'data');

/** The folder of a real dataset, such as `camvid/CamVid`, or undefined if it is not there. */
export function sharedData(name: string): string | undefined {
  const root = path.join(folder, name);
  return existsSync(root) ? root : undefined;
}

/**
 * A block of tests on a real dataset; without it the block is skipped and its title says so.
 *
 * @param name - the folder of the dataset, such as `camvid/CamVid`
 * @param tests - receives the folder
 */
export function describeWithData(name: string, title: string, tests: (root: string) => void): void {
  const root = sharedData(name);
  const missing = `${title} (skipped: no real images at ${name}, see AUTODEEPLAB_TEST_DATA)`;
  describe.skipIf(root === undefined)(root === undefined ? missing : title, () => {
    tests(root ?? '');
  });
}
