/** What processes and worker threads have executed of the compiled library. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Profiler } from 'node:inspector';
import { mergeProcessCovs, type ProcessCov } from '@bcoe/v8-coverage';
import { convert } from 'ast-v8-to-istanbul';
import { parseAstAsync } from 'vitest/node';
import { executedLines, type FileCoverage } from './lines.js';

/** Files that are merged at a time: each holds some megabytes of other packages. */
const AT_ONCE = 20;

/** A report; nothing if its process was ended while it wrote. */
function parseReport(text: string): ProcessCov {
  try {
    return JSON.parse(text) as ProcessCov;
  } catch {
    return { result: [] };
  }
}

/** The part of a process's coverage that is about a folder. */
function readProcess(file: string, folder: string): ProcessCov {
  const { result } = parseReport(readFileSync(file, 'utf8'));
  const prefix = pathToFileURL(`${folder}/`).href;
  return { result: result.filter(({ url }) => url.startsWith(prefix)) };
}

/** The executed lines of the sources of one compiled file, by the path of the source. */
async function convertScript({
  url,
  functions,
}: Profiler.ScriptCoverage): Promise<[string, FileCoverage][]> {
  const file = fileURLToPath(url);
  const code = readFileSync(file, 'utf8');
  const sourceMap = JSON.parse(readFileSync(`${file}.map`, 'utf8')) as { sources: string[] };
  const coverage = await convert({
    code,
    ast: parseAstAsync(code),
    coverage: { url, functions },
    sourceMap: sourceMap as NonNullable<Parameters<typeof convert>[0]['sourceMap']>,
  });
  return Object.entries(coverage);
}

/**
 * The lines that were executed, by source file.
 *
 * @param reports - the folder that NODE_V8_COVERAGE named
 * @param compiled - the folder of the compiled library, with source maps
 */
export async function linesOfChildren(
  reports: string,
  compiled: string,
): Promise<Map<string, Map<number, boolean>>> {
  const files = readdirSync(reports).map((name) => path.join(reports, name));
  let merged: ProcessCov = { result: [] };
  for (let i = 0; i < files.length; i += AT_ONCE) {
    const some = files.slice(i, i + AT_ONCE).map((file) => readProcess(file, compiled));
    merged = mergeProcessCovs([merged, ...some]);
  }
  const lines = new Map<string, Map<number, boolean>>();
  for (const script of merged.result) {
    for (const [source, coverage] of await convertScript(script)) {
      lines.set(source, executedLines(coverage));
    }
  }
  return lines;
}
