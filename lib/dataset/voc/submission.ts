/** What the evaluation server of PASCAL VOC 2012 takes. */
import { vocColor } from '../color-map.js';
import type { SubmissionFormat, SubmissionTarget } from '../submission.js';
import { VOC_CLASSES, VOC_VOID } from './classes.js';

const folderOf = ({ competition, split }: SubmissionTarget): string =>
  `results/VOC2012/Segmentation/${competition}_${split}_cls/`;

/**
 * A compressed tar file with one indexed PNG per image of `test`, of the size of the image, whose
 * indices are 0 (background) to 20; `results/VOC2012/Segmentation/comp6_test_cls/<id>.png`.
 *
 * Source: VOC2012 development kit, documentation 5.2 and 5.3, and VOCevalseg.m (values above 20 and
 * other sizes are errors); reports of what the server refuses: a plain tar file, other sizes, values
 * above 20 (github.com/zhanghang1989/PyTorch-Encoding, issues 190 and 225).
 */
export const VOC_SUBMISSION: SubmissionFormat = {
  server: 'the evaluation server of PASCAL VOC',
  classes: VOC_CLASSES.map(({ name, trainId }) => ({ name, value: trainId })),
  meaningOf: (value) => (value === VOC_VOID ? 'void' : undefined),
  png: 'palette',
  palette: Uint8Array.from(Array.from({ length: 256 }, (_, index) => vocColor(index)).flat()),
  competitions: [
    { name: 'comp6', summary: 'trained on any data but the test images, such as SBD or COCO' },
    { name: 'comp5', summary: 'trained on the images and labels of VOC 2012 only' },
  ],
  archive: 'tgz',
  testImages: 1456,
  nameOf: (id, target) => `${folderOf(target)}${id}.png`,
  idOf(name, target) {
    const folder = folderOf(target);
    const id = /^(.+)\.png$/.exec(name.slice(folder.length))?.[1];
    return name.startsWith(folder) ? id : undefined;
  },
};
