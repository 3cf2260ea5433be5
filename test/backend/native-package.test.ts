import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { addonFile, findNativeProblem } from '../../lib/backend/native-package.js';
import { scratchFolder } from './scratch-folder.js';

describe('findNativeProblem', () => {
  it('names the install command where the package is missing', () => {
    expect(findNativeProblem(undefined)).toEqual({
      reason: 'the package @tensorflow/tfjs-node-gpu is not installed',
      fix: 'run: npm install --ignore-scripts --save-optional @tensorflow/tfjs-node-gpu@4.22.0 && npx autodeeplab setup',
      canBeSetUp: false,
    });
  });

  it('names the set-up where the package is there but not built', () => {
    expect(findNativeProblem(scratchFolder())).toEqual({
      reason: 'it is not built',
      fix: 'run: npx autodeeplab setup',
      canBeSetUp: true,
    });
  });

  it('finds nothing where the addon is built', () => {
    const folder = scratchFolder();
    mkdirSync(dirname(addonFile(folder)), { recursive: true });
    writeFileSync(addonFile(folder), '');
    expect(findNativeProblem(folder)).toBeUndefined();
  });
});
