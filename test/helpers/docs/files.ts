/** The files that documentation is in. */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the project. */
export const repository = fileURLToPath(new URL('../../..', import.meta.url));

const GENERATED = new Set(['node_modules', 'dist', 'out', 'runs', 'coverage']);

/** All files of the project with an extension, relative to it, sorted; what is generated is left out. */
export function projectFiles(extension: string, folder = '.'): string[] {
  const entries = readdirSync(path.join(repository, folder), { withFileTypes: true });
  return entries
    .filter(({ name }) => !name.startsWith('.') && !GENERATED.has(name))
    .flatMap((entry) => {
      const file = path.posix.join(folder, entry.name);
      if (entry.isDirectory()) {
        return projectFiles(extension, file);
      }
      return entry.name.endsWith(extension) ? [file] : [];
    })
    .sort();
}
