/** Where cases are written for readers of files: in memory, where the system has such a folder. */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Files } from '../format.js';

const MEMORY = '/dev/shm';

/** A new folder in memory, or among the temporary files; whoever makes it removes it. */
export function makePlace(): string {
  const parent = existsSync(MEMORY) ? MEMORY : tmpdir();
  return mkdtempSync(path.join(parent, 'autodeeplab-fuzz-'));
}

/** The folder of one valid document, in which only what a case changes is written. */
export class CaseFolder {
  private current: Files = {};

  constructor(readonly folder: string) {
    mkdirSync(folder, { recursive: true });
  }

  /** Makes the folder hold these files; those that it holds already are left alone. */
  put(files: Files): void {
    for (const name of Object.keys(this.current)) {
      if (!Object.hasOwn(files, name)) {
        rmSync(path.join(this.folder, name), { force: true });
      }
    }
    for (const [name, content] of Object.entries(files)) {
      if (this.current[name] !== content) {
        const file = path.join(this.folder, name);
        if (!Object.hasOwn(this.current, name)) {
          mkdirSync(path.dirname(file), { recursive: true });
        }
        writeFileSync(file, content);
      }
    }
    this.current = files;
  }
}
