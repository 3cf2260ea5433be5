import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { addonFile, findNativeProblem } from '../../lib/backend/native-package.js';
import { scratchFolder } from './scratch-folder.js';

describe('findNativeProblem', () => {
  it('names the install command where the package is missing', () => {
    expect(findNativeProblem(undefined, '20.19.0')).toEqual({
      reason: 'the package @tensorflow/tfjs-node-gpu is not installed',
      fix: 'run: npm install --ignore-scripts --save-optional @tensorflow/tfjs-node-gpu@4.22.0 && npx autodeeplab setup',
      canBeSetUp: false,
    });
  });

  it('names the set-up where the package is there but not built', () => {
    expect(findNativeProblem(scratchFolder(), '22.1.0')).toEqual({
      reason: 'it is not built',
      fix: 'run: npx autodeeplab setup',
      canBeSetUp: true,
    });
  });

  it('finds nothing where the addon is built', () => {
    const folder = scratchFolder();
    mkdirSync(dirname(addonFile(folder)), { recursive: true });
    writeFileSync(addonFile(folder), '');
    expect(findNativeProblem(folder, '20.19.0')).toBeUndefined();
  });

  it('asks for another Node where Node is too new', () => {
    expect(findNativeProblem(scratchFolder(), '24.0.0')).toMatchObject({
      reason: 'Node 24.0.0 is too new for it',
      fix: 'use Node 20 or 22',
      canBeSetUp: false,
    });
  });
});
