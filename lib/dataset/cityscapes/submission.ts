/** What the evaluation server of Cityscapes takes. */
import { IGNORE_LABEL } from '../dataset.js';
import type { SubmissionFormat } from '../submission.js';
import { CITYSCAPES_LABELS } from './labels.js';

/** Any file whose name begins with city, sequence and frame, in any folder. */
const PREDICTION = /^(?:.*\/)?([^/]+?_\d{6}_\d{6})[^/]*\.png$/;

/**
 * A zip file with one PNG per image of `test` in any folder, of the size of the image, one channel,
 * whose values are the ids of labels (0 to 33), not train ids; `<city>_<sequence>_<frame>*.png`.
 *
 * Deviation: ids that the benchmark does not score are refused, although its scripts take them: a
 * pixel with one is wrong whatever its label is.
 *
 * Source: evalPixelLevelSemanticLabeling.py of cityscapesScripts, which the server runs (`getPrediction`:
 * names, one file per image; `evaluatePair`: size, channels, values); its authors on the server's
 * message "Content of zip archive does not match specifications" (github.com/mcordts/cityscapesScripts,
 * issues 65 and 117).
 */
export const CITYSCAPES_SUBMISSION: SubmissionFormat = {
  server: 'the evaluation server of Cityscapes',
  classes: CITYSCAPES_LABELS.filter(({ trainId }) => trainId !== IGNORE_LABEL).map(
    ({ name, labelId }) => ({ name, value: labelId }),
  ),
  meaningOf: (value) => CITYSCAPES_LABELS.find(({ labelId }) => labelId === value)?.name,
  png: 'grey',
  competitions: [],
  archive: 'zip',
  testImages: 1525,
  nameOf: (id) => `${id}.png`,
  idOf: (name) => PREDICTION.exec(name)?.[1],
};
