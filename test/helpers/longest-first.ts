/** The order in which test files begin. */
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The files that take longest, the longest first: 10 s of computing time and more. */
const LONGEST = [
  'scripts/in-a-script',
  'docs',
  'notebook/run-cli',
  'verify/checks',
  'cli/verification',
  'search-space/supernet/against-pytorch',
  'search-space/supernet/two-forms',
  'notebook/run',
  'drill/drill',
  'cli/killed-outputs',
  'cluster/runs',
  'cluster/failures',
  'cli/killed-outputs',
  'drill/drill',
  'search/search',
  'retrain/retrain',
  'cli/chain',
  'retrain/replicas',
  'runtime/ring',
  'search/replicas',
  'runtime/compile',
  'plot/show/render-memory',
  'segmentation/network',
  'retrain/ema',
  'inference/label-values',
  'evaluate/evaluate',
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
