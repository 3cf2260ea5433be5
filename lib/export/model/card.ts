/** The card of an exported network: what it is, what it was trained on, how good it is, where it ends. */
import type { Architecture } from '../../architecture/architecture.js';
import { drawPath } from '../../architecture/describe.js';
import type { EvaluationReport } from '../../evaluate/report.js';
import { describeAveraging } from '../../inference/averaging-options.js';
import { CARD_FILE, METRICS_FILE, MODEL_FILE, type ModelDocument } from '../../model/document.js';
import { markdownTable, percent } from '../../text.js';

/** What a card says besides the document. */
export interface CardContent {
  readonly model: ModelDocument;
  readonly architecture: Architecture;
  /** Evaluations of these weights. */
  readonly reports: readonly StoredReport[];
  /** The command that trained it, with a file of options beside it. */
  readonly optionsFile: string;
  /** Paths of the pictures in the folder. */
  readonly pictures: readonly string[];
  /** Whether they show the images themselves, and not only label maps. */
  readonly showsImages: boolean;
}

/** A report as an exported network carries it: without the folder of the data. */
export type StoredReport = Omit<EvaluationReport, 'root'>;

function frontMatter({ license, dataset }: ModelDocument): string {
  const lines = [
    '---',
    ...(license === null ? [] : [`license: ${JSON.stringify(license)}`]),
    'library_name: autodeeplab',
    'pipeline_tag: image-segmentation',
    `datasets: [${JSON.stringify(dataset.name)}]`,
    '---',
  ];
  return lines.join('\n');
}

function scoresSection({ model, reports }: CardContent): string {
  if (reports.length === 0) {
    const { metrics, step } = model.training.checkpoint;
    const best = 'bestMeanIou' in metrics ? metrics.bestMeanIou : undefined;
    const validation =
      best === undefined
        ? ''
        : ` The best validation of the training found a mIoU of ${percent(best)}.`;
    return (
      `The weights of step ${step} have not been evaluated: run \`npx autodeeplab evaluate\` on the run and ` +
      `export it again.${validation}`
    );
  }
  const parts = reports.map((report) => {
    const { dataset, split, images, imagesOfSplit, meanIou, pixelAccuracy, classes } = report;
    const rows = classes.map(({ name, iou, accuracy }) => [
      name,
      iou === null ? 'absent' : percent(iou),
      accuracy === null ? 'no labels' : percent(accuracy),
    ]);
    return (
      `${dataset}, split \`${split}\`, ${images} of ${imagesOfSplit} images, ${describeAveraging(report)}: ` +
      `**mIoU ${percent(meanIou)}**, pixel accuracy ${percent(pixelAccuracy)}.\n\n` +
      markdownTable([['class', 'IoU', 'accuracy'], ...rows], { align: ['left', 'right', 'right'] })
    );
  });
  return `${parts.join('\n\n')}\n\nAll numbers stand in [${METRICS_FILE}](${METRICS_FILE}).`;
}

/** What resumes changed in the options, a sentence; empty if nothing. */
function changesSentence({ changes, checkpoint }: ModelDocument['training']): string {
  const texts = changes.map(({ afterStep, options }) => {
    const values = Object.entries(options).map(
      ([name, { before, now }]) => `${name} ${JSON.stringify(before)} -> ${JSON.stringify(now)}`,
    );
    const isLater = afterStep >= checkpoint.step ? ' (later than these weights)' : '';
    return `after step ${afterStep}: ${values.join(', ')}${isLater}`;
  });
  return texts.length === 0
    ? ''
    : ` Options were changed on the way, ${texts.join('; ')}. The command below has those of the end from its ` +
        'first step on, and so trains other weights.';
}

function trainingSection({ model, architecture, optionsFile }: CardContent): string {
  const { training, dataset, library } = model;
  const { seed, checkpoint, sessions } = training;
  const machines = sessions.map(
    ({ processor, cores, platform, node, library: version }) =>
      `${processor}, ${cores} cores, ${platform}, Node ${node}, autodeeplab ${version}`,
  );
  const kept =
    checkpoint.choice === 'best'
      ? `those of step ${checkpoint.step} (epoch ${checkpoint.epoch}), the best validation`
      : `those of the last step, ${checkpoint.step}`;
  return [
    `Trained with seed ${seed}; the weights are ${kept}.${changesSentence(training)}`,
    '```sh\n' +
      `npx autodeeplab retrain architecture.json --data ${dataset.kind} --root FOLDER --out RUN --preset paper ` +
      `--config ${optionsFile}\n` +
      '```',
    `Exported by autodeeplab ${library}. Trained on:\n\n` +
      [...new Set(machines)].map((machine) => `- ${machine}`).join('\n'),
    `The path through the strides, layer by layer:\n\n\`\`\`text\n${drawPath(architecture.path)}\n\`\`\``,
  ].join('\n\n');
}

function inputSection({ dataset, preprocessing, weights }: ModelDocument): string {
  const { resolution } = preprocessing;
  const size =
    typeof resolution === 'number'
      ? resolution === 1
        ? 'at their own size'
        : `at ${resolution} of their size`
      : `with a longer side of ${resolution.longerSide} pixels`;
  const rows = dataset.classes.map(({ name, color, labelValues }, index) => [
    String(index),
    name,
    color.join(', '),
    labelValues.join(', '),
  ]);
  return (
    `Images are RGB, read ${size}, scaled to −1 … 1 (pixel · 2 / 255 − 1) and padded with 0 on the right and below ` +
    `to the next 32·k + 1. ${weights.parameters.toLocaleString('en')} parameters in ${weights.type}.\n\n` +
    markdownTable([['index', 'class', 'red, green, blue', 'value in label maps'], ...rows], {
      align: ['right', 'left', 'left', 'right'],
    })
  );
}

function limitsSection({ model, reports }: CardContent): string {
  const { dataset } = model;
  const scored = reports.flatMap(({ classes }) => classes);
  const weak = [
    ...new Set(scored.filter(({ iou }) => iou !== null && iou < 0.1).map(({ name }) => name)),
  ];
  return [
    `- It knows the ${dataset.classes.length} classes above and gives every pixel one of them, also where none fits.`,
    `- It was trained on images of ${dataset.name}; on others, expect less than the scores say.`,
    ...(weak.length > 0
      ? [`- It hardly finds these classes (IoU below 10 %): ${weak.join(', ')}.`]
      : []),
    '- Scores are of single images under the conditions of the dataset; they are no safety case.',
  ].join('\n');
}

function picturesSection({ model, pictures, showsImages }: CardContent): string[] {
  if (pictures.length === 0) {
    return [];
  }
  const what = showsImages
    ? 'Image, label map, prediction.'
    : 'Label map, prediction. The images themselves are left out.';
  return [
    `## Pictures\n\n${what} Data: ${model.dataset.terms}.\n\n` +
      pictures.map((picture) => `![label map and prediction](${picture})`).join('\n\n'),
  ];
}

/**
 * The text of a model card, in Markdown with the front matter that model hubs read.
 *
 * Every number is that of the document or of a report.
 */
export function modelCard(content: CardContent): string {
  const { model } = content;
  const license = model.license ?? 'not stated; ask whoever gave you this folder';
  return `${[
    frontMatter(model),
    `# ${model.name}`,
    `A semantic-segmentation network of the Auto-DeepLab search space for the ${model.dataset.classes.length} ` +
      `classes of ${model.dataset.name}. Licence: ${license}. Terms of the training data: ${model.dataset.terms}.`,
    '```ts\n' +
      "import { loadNetwork } from 'autodeeplab';\n" +
      "const network = await loadNetwork('.'); // this folder\n" +
      "const { height, width, data } = await network.predict('photo.jpg'); // data[y * width + x]: a class\n" +
      '```',
    '`npx autodeeplab predict . photo.jpg --out pictures-of-mine` writes label maps as pictures.',
    `## Scores\n\n${scoresSection(content)}`,
    ...picturesSection(content),
    `## Classes and input\n\n${inputSection(model)}`,
    `## Training\n\n${trainingSection(content)}`,
    `## Limits\n\n${limitsSection(content)}`,
    `[${MODEL_FILE}](${MODEL_FILE}) has all of this for programs, with the checksums of the other files; ` +
      `${CARD_FILE} is yours to edit.`,
  ].join('\n\n')}\n`;
}
