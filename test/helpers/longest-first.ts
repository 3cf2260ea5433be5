/** The order in which test files begin. */
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The files that take longest, the longest first: 10 s of computing time and more. */
const LONGEST = [
  'scripts/in-a-script',
  'docs',
  'study/study',
  'verify/checks',
  'notebook/run',
  'retrain/retrain',
  'cli/chain',
  'retrain/replicas',
  'notebook/run-cli',
  'search/search',
  'runtime/ring',
  'evaluate/evaluate',
  'notebook/kernel',
  'search/replicas',
  'retrain/length',
  'search-space/supernet/against-pytorch',
  'runtime/compile',
  'retrain/any-architecture',
  'retrain/rare-classes',
  'plot/show/privacy-browser',
  'inference/predict',
  'backend/setup/set-up-backend',
  'budget/decode-within',
  'segmentation/network',
  'recipe/run-recipe',
  'search-space/supernet/two-forms',
  'training/non-finite',
  'inference/label-values',
  'retrain/accumulate',
  'retrain/ema',
  'backend/worker-threads',
  'files/bombs',
  'dataset/import/real-outlines',
];

const lengths = new Map(LONGEST.map((name, i) => [`/test/${name}.test.ts`, LONGEST.length - i]));

function lengthOf({ moduleId }: TestSpecification): number {
  const at = moduleId.lastIndexOf('/test/');
  return lengths.get(moduleId.slice(at)) ?? 0;
}

/**
 * Begins with the files that need a process of their own, then with those that take longest, so that
 * the workers end together; the others are sorted as vitest does, by what it knows of earlier runs or
 * by their size.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isolated = ({ project }: TestSpecification) => Number(project.config.isolate);
    return sorted.sort((a, b) => isolated(b) - isolated(a) || lengthOf(b) - lengthOf(a));
  }
}
