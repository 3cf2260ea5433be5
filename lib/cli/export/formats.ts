/** The formats of `export`. */
import { Option } from 'commander';
import { exportGraphModel } from '../../export/graph-model/export-graph-model.js';
import { exportModel } from '../../export/model/export-model.js';
import { exportOnnx } from '../../export/onnx/export-onnx.js';
import { exportSavedModel } from '../../export/saved-model.js';
import { exportWeb } from '../../export/web/export-web.js';
import { loadNetwork } from '../../inference/load-network.js';
import type { WeightsType } from '../../model/weights.js';
import { wholeNumber } from '../options.js';
import { shellWords } from '../../trials/quote.js';
import {
  GRAPH_OPTIONS,
  mebibytes,
  POOLING,
  SIZE,
  WEIGHTS,
  writeGraph,
  type Format,
} from './format.js';

const NAME = new Option('--name <text>', 'the name of the network; that of the folder by default');
const LICENSE = new Option('--license <text>', 'its licence: an SPDX identifier or a sentence');

const MODEL: Format = {
  summary: 'one folder with weights, classes, scores and a card, for this library and for hubs',
  options: [
    NAME,
    WEIGHTS,
    LICENSE,
    new Option('--terms <text>', 'terms of the data, if the kind of dataset does not tell'),
    new Option(
      '--pictures <n>',
      'images of the validation split on the card; 3 by default',
    ).argParser(wholeNumber),
    new Option('--show-images', 'show these images too: not all terms allow it'),
  ],
  async write(folder, { weights, ...flags }, signal) {
    // The writer refuses what it does not have.
    const options = { ...flags, signal, ...(weights && { weights: weights as WeightsType }) };
    const { files, weightsBytes, remarks } = await exportModel(folder, flags.out, options);
    const what = `${files.length} files, weights ${mebibytes(weightsBytes)}; begin with README.md`;
    return [`${flags.out}: ${what}`, ...remarks].join('\n');
  },
};

const SAVED_MODEL: Format = {
  summary: 'for other TensorFlow programs',
  options: GRAPH_OPTIONS,
  async write(folder, flags, signal) {
    const said = await writeGraph(folder, flags, signal, (network, options) =>
      exportSavedModel(network, flags.out, options),
    );
    return `${said}; see assets.extra/autodeeplab.json`;
  },
};

const GRAPH_MODEL: Format = {
  summary: 'for TensorFlow.js, in browsers and in Node',
  options: [...GRAPH_OPTIONS, WEIGHTS],
  write: (folder, flags, signal) =>
    writeGraph(folder, flags, signal, (network, options) =>
      exportGraphModel(network, flags.out, {
        ...options,
        ...(flags.weights && { weights: flags.weights }),
      }),
    ),
};

const WEB: Format = {
  summary: 'a page that predicts pictures in the browser; demo shows it',
  options: [SIZE, POOLING, WEIGHTS, NAME, LICENSE],
  async write(folder, { checkpoint, imagePooling, out, ...flags }, signal) {
    const network = await loadNetwork(folder, { checkpoint, imagePooling, signal });
    try {
      const { bytes, networkBytes } = await exportWeb(network, out, { ...flags, signal });
      const sizes = `${mebibytes(bytes)}, of which the network has ${mebibytes(networkBytes)}`;
      return `${out}: ${sizes}; npx autodeeplab demo ${shellWords([out])} shows it, and any web server can serve it`;
    } finally {
      network.dispose();
    }
  },
};

const ONNX: Format = {
  summary: 'for onnxruntime and other programs that read ONNX',
  options: GRAPH_OPTIONS,
  write: (folder, flags, signal) =>
    writeGraph(folder, flags, signal, (network, options) =>
      exportOnnx(network, flags.out, options),
    ),
};

/** A new format is one entry here. */
export const FORMATS: Readonly<Record<string, Format>> = {
  model: MODEL,
  'saved-model': SAVED_MODEL,
  'graph-model': GRAPH_MODEL,
  onnx: ONNX,
  web: WEB,
};
