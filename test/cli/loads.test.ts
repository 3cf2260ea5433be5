/** What the command line loads before a command does its work. */
import { execFileSync } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import path from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { ensureCompiled, MAIN } from './compiled-cli.js';

/** The CommonJS modules that are loaded when a command has printed its help. */
function loadedBy(...args: readonly string[]): string[] {
  const program = pathToFileURL(path.join(path.dirname(MAIN), 'program.js')).href;
  const code = `
    import { createRequire } from 'node:module';
    const { runCommandLine } = await import(${JSON.stringify(program)});
    await runCommandLine(${JSON.stringify(args)});
    const loaded = Object.keys(createRequire(import.meta.url).cache);
    console.log(JSON.stringify(loaded.map((file) => file.replaceAll('\\\\', '/'))));`;
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', code], {
    encoding: 'utf8',
  });
  return JSON.parse(output.trimEnd().split('\n').at(-1)!) as string[];
}

const holds = (files: readonly string[], name: string) =>
  files.some((file) => file.includes(`/node_modules/${name}/`));

beforeAll(ensureCompiled);

it('is without the compiler of notebooks, plotly.js and the native TensorFlow for all commands', () => {
  const loaded = loadedBy('--help');
  expect(holds(loaded, 'commander')).toBe(true);
  expect(holds(loaded, 'cli-progress')).toBe(true);
  const heavy = /\/node_modules\/(tslab|typescript|plotly\.js-dist-min|@tensorflow\/tfjs-node)/;
  expect(loaded.filter((file) => heavy.test(file))).toEqual([]);
});

it('is what the command needs, and not what others do', () => {
  const loaded = loadedBy('worker', '--help');
  expect(holds(loaded, 'commander')).toBe(true);
  expect(holds(loaded, 'cli-progress')).toBe(false); // a worker shows no progress
});
