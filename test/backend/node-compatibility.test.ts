import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import {
  findNodeProblem,
  PREPARE_NODE_SCRIPT,
  prepareNode,
} from '../../lib/backend/node-compatibility.js';

describe('prepareNode', () => {
  it('defines what newer versions of Node removed', () => {
    const util: Record<string, (value: unknown) => boolean> = {};
    prepareNode(util);
    expect([null, undefined, 0, ''].map(util.isNullOrUndefined)).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect([util.isArray([]), util.isArray({ length: 0 })]).toEqual([true, false]);
  });

  it('replaces what warns that it is deprecated', () => {
    const script = `
      ${PREPARE_NODE_SCRIPT}
      const util = require('node:util');
      process.on('warning', ({ message }) => console.log(message));
      console.log(util.isArray([]), util.isNullOrUndefined(null));
    `;
    const { stdout } = spawnSync(process.execPath, ['-e', script], { encoding: 'utf8' });
    expect(stdout).toBe('true true\n');
  });

  it('does the same as a script, in a process of its own', () => {
    const script = `
      const util = require('node:util');
      delete util.isArray;
      delete util.isNullOrUndefined;
      ${PREPARE_NODE_SCRIPT}
      console.log(util.isArray([]), util.isNullOrUndefined(null), util.isNullOrUndefined(0));
    `;
    const { stdout } = spawnSync(process.execPath, ['-e', script], { encoding: 'utf8' });
    expect(stdout).toBe('true true false\n');
  });
});

describe('findNodeProblem', () => {
  const day = new Date('2026-11-28');

  it.each(['22.12.0', '24.0.0', '26.12.1'])('finds nothing wrong with %s', (version) => {
    expect(findNodeProblem(version, day)).toBeUndefined();
  });

  it('warns of a version past the end of its life', () => {
    expect(findNodeProblem('20.20.2', day)).toEqual({
      problem: 'Node 20.20.2 works, but has had no security fixes since 2026-04-30',
      fix: 'use Node 22, 24 or 26',
    });
    expect(findNodeProblem('20.20.2', new Date('2026-04-30'))).toBeUndefined();
    expect(findNodeProblem('22.12.0', new Date('2027-05-01'))?.fix).toBe('use Node 24 or 26');
  });

  it.each(['18.20.0', '21.7.0', '23.1.0', '25.0.0', '27.0.0'])(
    'warns of %s, which was not tried',
    (version) => {
      expect(findNodeProblem(version, day)?.problem).toBe(
        `Node ${version} was not tried with this library`,
      );
    },
  );

  it('warns of a Node 20 that is too old', () => {
    expect(findNodeProblem('20.18.3', day)?.problem).toBe('Node 20.18.3 is older than 20.19');
  });
});
