/** The settings table of a program: every option with its values and their source. */
import type { PresetProgram } from '../../dataset/kind.js';
import { datasetNames, presetChanges, presetSource } from '../../dataset/open-dataset.js';
import { markdownTable, table } from '../../text.js';
import type { ProgramOptions } from './resolve.js';
import { PRESETS, type Option, type OptionTable } from './table.js';

/** The values that the presets have, the paper's first; an empty text where one is the paper's. */
function presetTexts(option: Option<unknown>): string[] {
  return PRESETS.map((preset) =>
    Object.hasOwn(option, preset) ? option.kind.format(option[preset]) : '',
  );
}

/** What the presets have, such as `40; tiny: 4`. */
export function describePresets(option: Option<unknown>): string {
  return presetTexts(option)
    .map((text, i) => (i === 0 ? text : `${PRESETS[i]}: ${text}`))
    .filter((text) => !text.endsWith(': '))
    .join('; ');
}

/** Options by their headings, in order. */
function byHeading(options: OptionTable): Map<string, [string, Option<unknown>][]> {
  const groups = new Map<string, [string, Option<unknown>][]>();
  for (const [name, option] of Object.entries(options)) {
    groups.set(option.heading, [...(groups.get(option.heading) ?? []), [name, option]]);
  }
  return groups;
}

/** The settings table as plain text. */
export function describeOptions({ table: options }: ProgramOptions<OptionTable>): string {
  const sections = [...byHeading(options)].map(([heading, entries]) => {
    const rows = entries.map(([name, option]) => [name, describePresets(option), option.source]);
    return table([[heading, 'values', 'source'], ...rows], { align: 'left' });
  });
  return sections.join('\n\n');
}

/** What kinds of dataset change in the presets, with a header. */
function presetRows(program: PresetProgram, options: OptionTable): string[][] {
  const rows = datasetNames().flatMap((kind) =>
    PRESETS.map((preset) => {
      const changes = Object.entries(presetChanges(kind, program, preset));
      const texts = changes.map(
        ([name, value]) => `\`${name}\` ${options[name].kind.format(value)}`,
      );
      const source = preset === 'paper' ? presetSource(kind, program) : '';
      return [kind, preset, texts.join(', '), source];
    }),
  );
  return [
    ['kind', 'preset', 'changes', 'source'],
    ...rows.filter(([, , changes]) => changes !== ''),
  ];
}

/** What the table says of a resume. */
const ON_RESUME = {
  same: '',
  recorded: '; may be changed on resume',
  free: '; may differ on resume',
};

/** The settings table as a document in Markdown. */
export function optionsDocument({ name, table: options }: ProgramOptions<OptionTable>): string {
  const sections = [...byHeading(options)].map(([heading, entries]) => {
    const rows = entries.map(([key, option]) => [
      `\`${key}\``,
      option.help,
      ...presetTexts(option).map((text) => text.replaceAll(/,(?=\S)/g, ', ')),
      option.source + ON_RESUME[option.onResume],
    ]);
    const header = ['option', 'meaning', ...PRESETS, 'source'];
    return `## ${heading}\n\n${markdownTable([header, ...rows])}\n`;
  });
  return [
    `# Options of \`${name}\`\n`,
    `Written by \`npx autodeeplab options ${name} --markdown\`; do not edit. Each option is a field of ` +
      '`config`, a flag of the command line in kebab case, and a field of a `--config` file.\n' +
      'An empty cell means the value of the paper, whose source is in the last column.\n',
    ...sections,
    `## Changes by kind of dataset\n\n${markdownTable(presetRows(name, options))}\n`,
  ].join('\n');
}
