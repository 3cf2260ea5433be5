/** The images that a run could not read and trained without. */
import type { Sample } from '../dataset/dataset.js';
import type { RunDirectory } from '../run/directory.js';
import { count } from '../text.js';
import type { OnProgress } from './events.js';

/** An image that could not be read; plain data, listed in `skipped-images.json`. */
export interface SkippedImage {
  readonly id: string;
  readonly file: string;
  /** What is wrong with it. */
  readonly reason: string;
}

/** How many are named at the end. */
const NAMED = 5;

/** Says which images are skipped, and writes them into the run. */
export class SkippedImages {
  private readonly found: SkippedImage[] = [];

  constructor(private readonly onProgress: OnProgress | undefined) {}

  readonly add = ({ id, imageFile: file }: Sample, reason: string): void => {
    this.take({ id, file, reason });
  };

  /** Adds one that this or another process could not read. */
  readonly take = (image: SkippedImage): void => {
    this.found.push(image);
    const text = `skipped "${image.id}", another image takes its place: ${image.reason}`;
    this.onProgress?.({ kind: 'warning', text });
  };

  /** Adds what was skipped to the list of the run, those of its earlier sessions included. */
  async writeTo(run: RunDirectory): Promise<void> {
    if (this.found.length === 0) {
      return;
    }
    const stored = await run.read('skipped-images');
    const before = Array.isArray(stored) ? (stored as SkippedImage[]) : [];
    const all = new Map([...before, ...this.found].map((image) => [image.file, image]));
    await run.write('skipped-images', [...all.values()]);
    const names = [...all.values()].slice(0, NAMED).map(({ id }) => id);
    const more = all.size > NAMED ? ` and ${all.size - NAMED} more` : '';
    this.onProgress?.({
      kind: 'warning',
      text:
        `${count(all.size, 'image')} could not be read and others took their places: ` +
        `${names.join(', ')}${more}; skipped-images.json of the run says why`,
    });
  }
}
