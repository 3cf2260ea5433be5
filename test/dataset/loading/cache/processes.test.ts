import { execFile, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { ensureCompiled } from '../../../cli/compiled-cli.js';
import { decodeEntry } from '../../../../lib/dataset/loading/cache/entry-file.js';
import {
  entryName,
  entrySource,
  isEntryName,
  readingDigest,
} from '../../../../lib/dataset/loading/cache/entry-source.js';
import { readSample } from '../../../../lib/dataset/reading/read-sample.js';
import { temporaryFolder } from '../../../helpers/temporary-folder.js';
import { classes, dataset, root, samples, splits } from '../seven-samples.js';

const temporary = temporaryFolder();
const table = dataset.labelTable;

describe('two processes at once, one of which is killed', () => {
  it('read the same, and leave whole entries only', async () => {
    ensureCompiled();
    const compiled = (name: string) => pathToFileURL(path.resolve('dist', 'dataset', name)).href;
    const folder = path.join(temporary, 'processes');
    const script = path.join(temporary, 'process.mjs');
    await writeFile(
      script,
      `import { createHash } from 'node:crypto';
       import { rm } from 'node:fs/promises';
       import path from 'node:path';
       import { openFolder } from '${compiled('folder/folder.js')}';
       import { openSampleCache } from '${compiled('loading/cache/sample-cache.js')}';
       import { readThrough } from '${compiled('loading/cache/read-through.js')}';
       const [root, folder, mode] = process.argv.slice(2);
       const classes = ${JSON.stringify(classes)};
       const splits = ${JSON.stringify(splits)};
       const { labelTable, samples } = await openFolder({ root, classes, splits });
       const all = await samples('train');
       const { cache } = await openSampleCache({ folder, maxBytes: 1e9, keepFree: 0 });
       const digest = createHash('sha256');
       console.log('begun');
       for (let round = 0; round < 4 || mode === 'forever'; round++) {
         for (const sample of all) {
           const { image, labels } = await readThrough(cache, sample, labelTable, {}, console.error);
           if (round === 0) digest.update(image.data).update(labels.data);
         }
         if (mode === 'forever') await rm(folder, { recursive: true, force: true }); // written again
       }
       console.log(digest.digest('hex'));`,
    );
    const killed = spawn(process.execPath, [script, root, folder, 'forever']);
    await new Promise((resolve) => killed.stdout.once('data', resolve));
    await sleep(100);
    const ended = new Promise((resolve) => killed.once('exit', resolve));
    killed.kill('SIGKILL');
    await ended;
    const run = () => promisify(execFile)(process.execPath, [script, root, folder, 'once']);
    const outputs = await Promise.all([run(), run()]);
    expect(outputs.map(({ stderr }) => stderr)).toEqual(['', '']);
    expect(outputs[0].stdout).toBe(outputs[1].stdout);
    const entries = readdirSync(folder).filter(isEntryName);
    expect(entries).toHaveLength(7);
    const reading = readingDigest(table, {});
    for (const one of samples) {
      const content = readFileSync(path.join(folder, entryName(one, reading)));
      const { text } = await entrySource(one, reading);
      expect(decodeEntry(content, text)).toEqual(await readSample(one, table));
    }
  });
});
