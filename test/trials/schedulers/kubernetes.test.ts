import path from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { trialScript, type TrialScriptOptions } from '../../../lib/trials/script.js';
import { temporaryFolder } from '../../helpers/temporary-folder.js';
import { callsIn, fakeProgram, run } from './fake-program.js';

const repository = fileURLToPath(new URL('../../..', import.meta.url));
const needed = { image: 'registry/autodeeplab:1', claim: 'runs' };
const args = ['search', 'a b', "it's $HOME", 'two\nlines', '"', '# no comment', ': {}'];

function manifestOf(options: object, more: Partial<TrialScriptOptions> = {}): string {
  const folder = more.folder ?? '/runs/My Ten';
  const trials = [1, 2, 3].map((i) => {
    return { id: `t-${i}`, folder: `${folder}/t-${i}`, args: [...args, String(i)] };
  });
  const common = { scheduler: 'kubernetes', folder, trials };
  return trialScript({ ...common, options: { ...needed, ...options }, ...more });
}

/** What the compiler says of a manifest as a Job of `kubernetes-types`, as a literal: no excess fields. */
function typeErrors(manifest: unknown): string[] {
  const file = path.join(repository, 'test', 'trials', 'schedulers', 'manifest.ts');
  const source =
    `import type { Job } from 'kubernetes-types/batch/v1.js';\n` +
    `export const job: Job = ${JSON.stringify(manifest)};\n`;
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    exactOptionalPropertyTypes: true,
    module: ts.ModuleKind.NodeNext,
    types: [],
    lib: ['lib.es5.d.ts'],
    skipLibCheck: true,
  };
  const host = ts.createCompilerHost(options);
  const read = host.getSourceFile.bind(host);
  const program = ts.createProgram([file], options, {
    ...host,
    fileExists: (name) => name === file || host.fileExists(name),
    getSourceFile: (name, target) =>
      name === file ? ts.createSourceFile(name, source, target) : read(name, target),
  });
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}

interface Manifest {
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly parallelism: number;
    readonly completions: number;
    readonly template: {
      readonly spec: { readonly containers: readonly [Readonly<Record<string, unknown>>] };
    };
  };
}

const parsed = (text: string): Manifest => parse(text) as Manifest;
const containerOf = (text: string) => parsed(text).spec.template.spec.containers[0];

describe('the manifest', () => {
  it('is a Job as the types of Kubernetes have it', () => {
    expect(typeErrors(parse(manifestOf({ atOnce: 2, gpus: 1 })))).toEqual([]);
    const wrong = parse(manifestOf({})) as { spec: Record<string, unknown> };
    wrong.spec.backoffLimitPerindex = 3;
    expect(typeErrors(wrong).join()).toContain('backoffLimitPerindex');
  });

  it('has one index for each trial, and asks for what it was given', () => {
    const text = manifestOf({ cpus: 2, memory: 0.5, gpus: 1, mount: '/runs' });
    const { metadata, spec } = parsed(text);
    expect([metadata.name, spec.completions, spec.parallelism]).toEqual(['my-ten', 3, 3]);
    const amount = { cpu: '2', memory: '512Mi', 'nvidia.com/gpu': '1' };
    expect(containerOf(text)).toMatchObject({
      image: 'registry/autodeeplab:1',
      resources: { requests: amount, limits: amount },
      volumeMounts: [{ name: 'runs', mountPath: '/runs' }],
    });
    expect(parsed(manifestOf({ atOnce: 2 })).spec.parallelism).toBe(2);
    expect(containerOf(manifestOf({})).command).toMatchObject(['sh', '-c', /\nautodeeplab "\$@"/]);
  });

  it.each([
    ['-Ää--', 'trials'],
    ['Run_1.a', 'run-1-a'],
    ['x'.repeat(80), 'x'.repeat(50)],
  ])('names the job %s %s', (name, expected) => {
    expect(parsed(manifestOf({}, { name })).metadata.name).toBe(expected);
  });

  it.each([
    [
      { image: undefined },
      {},
      'option image a text that is not empty, got none; kubernetes needs it',
    ],
    [{ claim: undefined }, {}, 'option claim'],
    [{}, { folder: '/other/ten' }, 'a folder of the container below /runs'],
    [{ mount: '/data' }, {}, 'a folder of the container below /data'],
    [{ time: '1:00' }, {}, 'the option time'],
  ])('refuses %o %o', (options, more, why) => {
    expect(() => manifestOf(options, more)).toThrow(why);
  });
});

it('the script of a pod runs the trial of its index', async () => {
  const mount = temporaryFolder();
  const folder = `${mount}/ten`;
  const program = fakeProgram(path.join(mount, 'program'));
  const { command } = containerOf(manifestOf({ mount, cpus: 2 }, { folder, program }));
  const [shell, ...rest] = command as [string, ...string[]];
  const { code, errors } = await run(shell, rest, { env: { JOB_COMPLETION_INDEX: '1' } });
  expect([code, errors]).toEqual([0, '']);
  const out = `${folder}/t-2`;
  expect(callsIn(folder)).toMatchObject({
    't-2': [{ args: [...args, '2', '--out', out], intra: '1', inter: '2' }],
  });
});
