/** A small copy of each built-in kind of dataset in one folder, for tests of what all kinds share. */
import { flatGrey, flatRgb } from '../helpers/png.js';

const image = flatRgb(4, 2, [1, 2, 3]);

/** The files, by path. */
export const ALL_KINDS = {
  'leftImg8bit/train/bonn/bonn_1_2_leftImg8bit.png': image,
  'gtFine/train/bonn/bonn_1_2_gtFine_labelIds.png': flatGrey(4, 2, 7),
  'gtFine/train/bonn/bonn_1_2_gtFine_labelTrainIds.png': flatGrey(4, 2, 0),
  'train/a.png': image,
  'trainannot/a.png': flatGrey(4, 2, 1),
  'VOC2012/ImageSets/Segmentation/train.txt': 'a\n',
  'VOC2012/JPEGImages/a.jpg': image,
  'VOC2012/SegmentationClass/a.png': flatGrey(4, 2, 1),
  'ADEChallengeData2016/images/training/a.jpg': image,
  'ADEChallengeData2016/annotations/training/a.png': flatGrey(4, 2, 1),
  'train2017/a.jpg': image,
  'annotations_voc/train2017.txt': 'a.jpg\n',
  'annotations_voc/train2017/a.png': flatGrey(4, 2, 1),
  'fields/list.txt': '/old/pictures/b.png /old/masks/b.png\n/old/pictures/gone.png\n',
  'fields/pictures/b.png': image,
  'fields/masks/b.png': flatGrey(4, 2, 1),
  'fields/classes.json': JSON.stringify([
    { name: 'soil', id: [1, 4], color: '#102030' },
    { name: 'crop', id: 2 },
    { name: 'unclear', id: 3, ignore: true },
  ]),
};
