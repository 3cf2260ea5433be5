/**
 * Runs a command on a disk that is too small for it, then makes the disk larger and runs the command
 * that continues. In a namespace of its own, where it may mount: `unshare --user --map-root-user --mount`.
 *
 *     node full-disk.mjs '{ "disk", "kilobytes", "folder", "copy", "main", "begin", "resume" }'
 *
 * Prints what came of both as JSON.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';

const request = JSON.parse(process.argv[2]);
const { disk, kilobytes, folder, copy, main, begin, resume } = request;
const run = (parameters) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...parameters], {
    encoding: 'utf8',
  });
  return { code: status, output: `${stdout}${stderr}` };
};

mkdirSync(disk, { recursive: true });
execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${kilobytes}k`, 'tmpfs', disk]);
const first = run(begin);
execFileSync('mount', ['-o', 'remount,size=1g', disk]);
const isBegun = existsSync(path.join(folder, 'config.json'));
const second = first.code === 0 ? undefined : run(isBegun ? resume : begin);
cpSync(folder, copy, { recursive: true, preserveTimestamps: true });
process.stdout.write(JSON.stringify({ first, second }));
