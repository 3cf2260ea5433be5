import { readFileSync } from 'node:fs';

/** The version of this library, from its package.json. */
export function libraryVersion(): string {
  // Two folders up both from lib/run and from dist/run.
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
