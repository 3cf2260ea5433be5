/** What the export of a labelling tool is to the importer: one interface for all formats. */
import type { Color } from '../dataset.js';
import type { LabelMap } from '../pixels.js';
import type { Size } from '../../size.js';
import type { Fit, ImageFinder } from './image-finder.js';
import type { ExportTree } from './tree.js';

/** The value of unlabelled pixels while a label map is drawn. */
export const UNLABELLED = 254;
/** More classes do not fit beside the values for unlabelled and ignored pixels. */
export const MOST_CLASSES = 254;

/** Which of two overlapping objects shows. */
export type Overlap = 'smaller' | 'later';

/** What to do with a mask's colours and values that no class has. */
export type UnknownColors = 'error' | 'ignore' | 'nearest';

/** A class of an export. */
export interface ExportClass {
  readonly name: string;
  readonly color?: Color | undefined;
  /** True if its pixels are neither learned nor scored. */
  readonly isIgnored?: boolean | undefined;
}

/** The image of an item: a file, or bytes that the annotation itself holds. */
export type ImageSource =
  /** `fit`: how it fits what its label map says about it; `named` by default. */
  | { readonly file: string; readonly fit?: Fit | undefined }
  | { readonly read: () => Promise<Buffer> };

/** One labelled image of an export. */
export interface ExportItem {
  /** Where it comes from, relative to the export, for reports. */
  readonly source: string;
  /** The path of the image without extension, `/` between folders. */
  readonly id: string;
  readonly image: ImageSource;
  /** The split that the export puts it in: `train`, `val`, `test` or another name. */
  readonly split: string | undefined;
  /** Items of one group were made from one picture: they go to the same split. */
  readonly group: string;
  /**
   * Draws the label map: indices of the export's classes, {@link UNLABELLED} and the ignore label.
   *
   * @throws {@link MisfitError} if it was drawn on an image of another size
   */
  draw(image: DrawnImage): Promise<LabelMap>;
}

/** The sizes that a label map of an image can have. */
export interface DrawnImage {
  /** Upright: the size of annotations that have none of their own. */
  readonly upright: Size;
  /** As stored, which EXIF data may turn. */
  readonly stored: Size;
}

/** A label map of another size than its image, which is left out for it; the message says why. */
export class MisfitError extends Error {
  constructor({ upright }: DrawnImage, { width, height }: Size) {
    super(
      `the image has ${upright.width}x${upright.height} pixels, its label map ${width}x${height}`,
    );
  }
}

/** A file or an image that is not imported. */
export interface LeftOut {
  readonly file: string;
  readonly why: string;
}

/** What a format found in a folder. */
export interface ExportContent {
  readonly classes: readonly ExportClass[];
  readonly items: readonly ExportItem[];
  readonly leftOut: readonly LeftOut[];
  /** Decisions to report, such as a category that is not a class. Drawing may still add some. */
  readonly notes: Notes;
  /** Whether pixels without a label can occur; else every pixel has a value of the mask. */
  readonly canBeUnlabelled: boolean;
  /** Which of two overlapping objects shows, in words. */
  readonly overlap: string;
}

/** How to read an export. */
export interface ReadOptions {
  readonly images: ImageFinder;
  /** The lines of the user's class file: names, or names with colours. */
  readonly classes: readonly ExportClass[] | undefined;
  readonly overlap: Overlap | undefined;
  readonly unknownColors: UnknownColors;
  readonly signal: AbortSignal;
}

/** A format of exports: one value, listed in `formats.ts`. */
export interface ImportFormat {
  readonly name: string;
  /** The tool and its name of the format. */
  readonly title: string;
  /** The files by which it is recognised, in words. */
  readonly looksFor: string;
  /** The options that it takes of those that only some formats have. */
  readonly takes: readonly ('classes' | 'overlap' | 'unknownColors')[];
  /** Why a folder is such an export; undefined if it is not. */
  recognise(tree: ExportTree): Promise<string | undefined>;
  /**
   * Lists the items of an export.
   *
   * @throws {@link DataError} if it is damaged or holds no masks
   */
  read(tree: ExportTree, options: ReadOptions): Promise<ExportContent>;
}

/** Remarks for the report, each with how often it was made. */
export class Notes {
  private readonly counts = new Map<string, number>();

  /** Adds a remark; equal ones are counted. */
  add(text: string, times = 1): void {
    this.counts.set(text, (this.counts.get(text) ?? 0) + times);
  }

  /** All remarks, in the order in which they were first made. */
  list(): string[] {
    return [...this.counts].map(([text, times]) =>
      times === 1 ? text : `${text} (${times} times)`,
    );
  }
}
