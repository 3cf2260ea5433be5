/** Where things are, from test/drill and from out/drill alike. */
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** The root of the project. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The compiled command line. */
export const MAIN = path.join(ROOT, 'dist', 'cli', 'main.js');

/** A program of the drills that runs in a process of its own. */
export const childFile = (name: string): string => path.join(ROOT, 'test', 'drill', 'child', name);

/** What a drilled process loads first. */
export const FAULTS = pathToFileURL(childFile('faults.mjs')).href;
