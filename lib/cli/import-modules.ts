/** `--import`: modules of the user's own, loaded before a command runs. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Command } from 'commander';
import { expectFile } from '../files/read-file.js';
import { ConfigError } from '../errors.js';

/** Where a module is: a file as seen from here, or a package that this folder can import. */
function locate(name: string): string {
  return existsSync(name)
    ? resolve(name)
    : createRequire(join(process.cwd(), 'package.json')).resolve(name);
}

async function importModule(name: string): Promise<void> {
  try {
    const file = locate(name);
    await expectFile(file);
    await import(pathToFileURL(file).href);
  } catch (cause) {
    throw new ConfigError(
      `--import ${name}: expected a JavaScript module or package that loads, got ` +
        `"${(cause as Error).message.split('\n', 1)[0]}"`,
      { cause },
    );
  }
}

/** Adds `--import`, for modules that define operations or kinds of datasets. */
export function addImportOption(command: Command): Command {
  return command
    .option(
      '--import <module>',
      'first import a module that defines operations or kinds of datasets; may be repeated',
      (name: string, before: readonly string[] | undefined) => [...(before ?? []), name],
    )
    .hook('preAction', async (_, action) => {
      for (const name of action.opts<{ import?: readonly string[] }>().import ?? []) {
        await importModule(name);
      }
    });
}
