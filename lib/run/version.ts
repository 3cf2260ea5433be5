import { readFileSync } from 'node:fs';

/** What is read of this library's package.json. */
interface Package {
  readonly version: string;
  readonly bugs: string;
}

function ownPackage(): Package {
  // Two folders up both from lib/run and from dist/run.
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return JSON.parse(text) as Package;
}

/** The version of this library, from its package.json. */
export function libraryVersion(): string {
  return ownPackage().version;
}

/** Where problems of this library are reported, from its package.json. */
export function issueTracker(): string {
  return ownPackage().bugs;
}
