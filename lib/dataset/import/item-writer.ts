/** Writing the images and label maps of an import, and counting what they hold. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { DataError } from '../../errors.js';
import { IGNORE_LABEL, type Color, type DatasetClass } from '../dataset.js';
import { readClassEntries } from '../folder/class-file.js';
import type { LabelMap } from '../pixels.js';
import { fitsImage } from './blank-map.js';
import {
  MisfitError,
  UNLABELLED,
  type DrawnImage,
  type ExportContent,
  type ExportItem,
  type LeftOut,
} from './format.js';
import { convertToPng, readHeader, type ImageHeader } from './image-header.js';
import { isBackground } from './names.js';
import { toUpright, uprightSize } from './orientation.js';
import type { ClassValues } from './values.js';
import type { FolderWriter } from './writer.js';

/** The colour of ignored pixels in the palettes, as in PASCAL VOC. */
const IGNORED_COLOR: Color = [224, 224, 192];
const BLACK: Color = [0, 0, 0];

/** Writes the items of one import and counts what they hold. */
export class ItemWriter {
  readonly classes: readonly DatasetClass[];
  /** The number of pixels of each written value. */
  readonly pixels = new Float64Array(256);
  readonly leftOut: LeftOut[] = [];
  private readonly palette: [number, number, number][];
  private readonly names = new Set<string>();

  /** @param isLinked - whether images become hard links */
  constructor(
    private readonly content: ExportContent,
    private readonly values: ClassValues,
    private readonly folder: FolderWriter,
    private readonly isLinked: boolean,
  ) {
    const entries = values.names.map((name, id) => {
      const source = values.sources[id];
      const own = source === undefined ? undefined : content.classes[source].color;
      return { name, id, color: own ?? (isBackground({ name }) ? BLACK : undefined) };
    });
    const list = readClassEntries(entries);
    if (typeof list === 'string') {
      throw new DataError(`import: expected classes that agree with each other, got: ${list}`);
    }
    this.classes = list.classes;
    this.palette = Array.from({ length: 256 }, () => [0, 0, 0]);
    for (const { trainId, color } of this.classes) {
      this.palette[trainId] = [...color];
    }
    this.palette[IGNORE_LABEL] = [...IGNORED_COLOR];
  }

  /**
   * Writes images and label maps.
   *
   * @returns the line of each item for the lists of splits; items left out have none
   * @throws the signal's reason if it is aborted
   */
  async write(
    items: ReadonlySet<ExportItem>,
    signal: AbortSignal,
    onProgress: ((done: number, total: number) => void) | undefined,
  ): Promise<Map<ExportItem, string>> {
    const lines = new Map<ExportItem, string>();
    let done = 0;
    for (const item of items) {
      signal.throwIfAborted();
      const line = await this.writeItem(item);
      if (line !== undefined) {
        lines.set(item, line);
      }
      done++;
      onProgress?.(done, items.size);
      await nextTurn();
    }
    return lines;
  }

  private async writeItem(item: ExportItem): Promise<string | undefined> {
    const header = await readHeader(item.image);
    if (typeof header === 'string') {
      this.leftOut.push({ file: item.source, why: header });
      return undefined;
    }
    const size = uprightSize(header, header.orientation);
    const labels = await this.drawn(item, { upright: size, stored: header }, header.orientation);
    if (typeof labels === 'string') {
      this.leftOut.push({ file: item.source, why: labels });
      return undefined;
    }
    if (labels.data.every((value) => value === UNLABELLED)) {
      this.content.notes.add('images without any labelled pixel');
    }
    const data = labels.data.map((value) => this.values.table[value]);
    if (data.every((value) => value === IGNORE_LABEL)) {
      this.leftOut.push({ file: item.source, why: 'all its pixels would be ignored' });
      return undefined;
    }
    for (const value of data) {
      this.pixels[value]++;
    }
    const name = this.uniqueName(item.id);
    const image = `images/${name}${header.extension}`;
    await this.writeImage(item, image, header);
    const map: LabelMap = { height: labels.height, width: labels.width, data };
    await this.folder.addLabels(`labels/${name}.png`, map, this.palette);
    return `${image}\tlabels/${name}.png`;
  }

  /** The label map for the upright image, or why it does not fit. */
  private async drawn(
    item: ExportItem,
    image: DrawnImage,
    orientation: number,
  ): Promise<LabelMap | string> {
    let labels: LabelMap;
    try {
      labels = await item.draw(image);
    } catch (error) {
      if (error instanceof MisfitError) {
        return error.message;
      }
      throw error;
    }
    if (!fitsImage(labels, image)) {
      return new MisfitError(image, labels).message;
    }
    const { upright } = image;
    if (labels.height === upright.height && labels.width === upright.width) {
      return labels;
    }
    this.content.notes.add('images labelled as stored, which EXIF data turn: label maps turned');
    return toUpright(labels, orientation);
  }

  private async writeImage(item: ExportItem, name: string, header: ImageHeader): Promise<void> {
    if (header.isConverted) {
      this.content.notes.add('images that are neither PNG nor JPEG: converted to PNG');
      await this.folder.addBytes(name, await convertToPng(item.image));
    } else if ('file' in item.image) {
      await this.folder.addFile(name, item.image.file, this.isLinked);
    } else {
      await this.folder.addBytes(name, await item.image.read());
    }
  }

  /** The path of an item's files, different from all before whatever the file system. */
  private uniqueName(id: string): string {
    const parts = id.split('/').map((part) => part.replaceAll(/[\t\r\n\\:*?"<>|]/g, '_').trim());
    const plain = parts.filter((part) => part !== '' && part !== '.' && part !== '..').join('/');
    let name = plain;
    for (let i = 2; this.names.has(name.toLowerCase()); i++) {
      name = `${plain}_${i}`;
    }
    this.names.add(name.toLowerCase());
    return name;
  }
}
