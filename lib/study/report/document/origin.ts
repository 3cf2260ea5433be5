/** How a study was made, and how it is made again. */
import { duration } from '../../../duration.js';
import { count, gibibytes } from '../../../text.js';
import type { StudyReport } from '../report.js';

const list = (items: readonly (string | number)[]): string => items.join(', ');

/** The command that makes the whole study. */
function commandOf({ dataset, settings }: StudyReport): string {
  const { searchSeeds, retrainSeeds, randomPerFound, groups } = settings;
  return [
    `npx autodeeplab study --data ${dataset.kind} --root DATASET --out STUDY`,
    '--search-config search.json --retrain-config retrain.json',
    `--search-seeds ${searchSeeds.join()} --retrain-seeds ${retrainSeeds.join()} --random-per-found ${randomPerFound}`,
    `--groups ${groups.join()} --test-split ${dataset.testSplit}`,
  ].join(' \\\n  ');
}

/** Command, versions, machines and time. */
export function originText(report: StudyReport): string[] {
  const { hardware, backends, dates, commits, libraryVersions, command } = report.madeBy;
  const machines = hardware.map(
    ({ processor, cores, memory }) => `${processor}, ${count(cores, 'core')}, ${gibibytes(memory)}`,
  );
  const total = report.costs.reduce((sum, { seconds }) => sum + seconds, 0);
  return [
    `\`\`\`sh\n${commandOf(report)}\n\`\`\``,
    'with `settings.search` and `settings.retrain` of `study.json` as the two files. The last part was made by',
    `\`\`\`sh\n${command}\n\`\`\``,
    [
      `- library ${list(libraryVersions)}${commits.length === 0 ? '' : `, commit ${list(commits)}`}`,
      `- hardware: ${machines.join('; ')}`,
      `- backend: ${list(backends)}`,
      `- ${duration(total)}, summed over the parts, with what they waited for others; the last one was done at ${dates.updated}`,
      '- all options, curves, α, β and architectures: `study.json`; these numbers: `report.json`',
    ].join('\n'),
  ];
}
