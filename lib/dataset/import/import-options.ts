/** The options of an import, and their check. */
import { z } from 'zod';
import { checkOptions } from '../../check-options.js';
import { ConfigError } from '../../errors.js';
import type { ImportFormat, Overlap, UnknownColors } from './format.js';
import type { SplitRule } from './splits.js';
import type { Unlabelled } from './values.js';

/** What to import, and how. */
export interface ImportOptions {
  /** The export: the folder as the tool wrote it, unpacked. It is only read. */
  readonly folder: string;
  /** The folder of the dataset: new or empty, and not in the export. */
  readonly out: string;
  /** The name of a format, where it is not recognised. */
  readonly format?: string | undefined;
  /** A folder with the images, for exports without them. */
  readonly images?: string | undefined;
  /** The name of the dataset. Default: that of the folder `out`. */
  readonly name?: string | undefined;
  /** A file with the classes in order: a name per line, or `name,red,green,blue`. */
  readonly classes?: string | undefined;
  /** What pixels without a label become: a class, or no class at all. Default `background`. */
  readonly unlabelled?: Unlabelled | undefined;
  /** Classes that are neither learned nor scored. */
  readonly ignore?: readonly string[] | undefined;
  /** What to do with colours and values of masks that no class has. Default `error`. */
  readonly unknownColors?: UnknownColors | undefined;
  /** Which of two overlapping objects of COCO shows. Default `smaller`. */
  readonly overlap?: Overlap | undefined;
  /** How to split. Default: as the export does; else 80 % to train, 20 % to validate. */
  readonly splits?: SplitRule | undefined;
  /** Seed of the splits that are drawn. Default 1. */
  readonly seed?: number | undefined;
  /** Whether images are hard links to those of the export; they are copied by default. */
  readonly link?: boolean | undefined;
  /** Stops between two images; nothing is left then. */
  readonly signal?: AbortSignal | undefined;
  /** Called after each image. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

const text = z.string().min(1).optional();
const schema = z.strictObject({
  folder: z.string().min(1),
  out: z.string().min(1),
  format: text,
  images: text,
  name: text,
  classes: text,
  unlabelled: z.enum(['background', 'ignore']).optional(),
  ignore: z.array(z.string()).optional(),
  unknownColors: z.enum(['error', 'ignore', 'nearest']).optional(),
  overlap: z.enum(['smaller', 'later']).optional(),
  splits: z
    .union([
      z.strictObject({ ratio: z.record(z.string(), z.number().positive()) }),
      z.strictObject({ folds: z.int().min(2) }),
      z.strictObject({ lists: z.record(z.string(), z.array(z.string())) }),
    ])
    .optional(),
  seed: z.int().min(0).max(0xffffffff).optional(),
  link: z.boolean().optional(),
  signal: z.instanceof(AbortSignal).optional(),
  onProgress: z.custom<unknown>((value) => typeof value === 'function').optional(),
});

/**
 * Checks options where they enter.
 *
 * @throws {@link ConfigError} naming the option that is unknown or wrong
 */
export function checkImportOptions(options: unknown): void {
  checkOptions(schema, options, 'import');
}

/**
 * Checks that a format takes the options that only some formats have.
 *
 * @throws {@link ConfigError} naming the option that it does not take
 */
export function requireTaken({ name, takes }: ImportFormat, options: ImportOptions): void {
  for (const option of ['classes', 'overlap', 'unknownColors'] as const) {
    if (options[option] !== undefined && !takes.includes(option)) {
      const own = takes.length === 0 ? 'none of them' : `only ${takes.join(' and ')}`;
      throw new ConfigError(
        `import: expected of the options classes, overlap and unknownColors ${own}, since the format ` +
          `is ${name}, got ${option}; leave it out`,
      );
    }
  }
}
