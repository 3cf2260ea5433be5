/** What the command line loads before it knows which command it runs. */
import { execFileSync } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import path from 'node:path';
import { expect, it } from 'vitest';
import { ensureCompiled, MAIN } from './compiled-cli.js';

it('starts without the compiler of notebooks, plotly.js and the native TensorFlow', () => {
  ensureCompiled();
  const program = pathToFileURL(path.join(path.dirname(MAIN), 'program.js')).href;
  const code = `
    import { createRequire } from 'node:module';
    await import(${JSON.stringify(program)});
    const loaded = Object.keys(createRequire(import.meta.url).cache);
    console.log(JSON.stringify(loaded.map((file) => file.replaceAll('\\\\', '/'))));`;
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', code], {
    encoding: 'utf8',
  });
  const loaded = JSON.parse(output) as string[];
  expect(loaded.some((file) => file.includes('/commander/'))).toBe(true);
  const heavy = /\/node_modules\/(tslab|typescript|plotly\.js-dist-min|@tensorflow\/tfjs-node)/;
  expect(loaded.filter((file) => heavy.test(file))).toEqual([]);
});
