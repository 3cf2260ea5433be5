/** Images for exports that come without: of one colour, each of another. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';

let made = 0;

/**
 * Writes images.
 *
 * @param sizes - width and height by file name
 * @returns the folder
 */
export async function flatImages(
  folder: string,
  sizes: Readonly<Record<string, readonly [width: number, height: number]>>,
): Promise<string> {
  for (const [name, [width, height]] of Object.entries(sizes)) {
    const file = path.join(folder, name);
    await mkdir(path.dirname(file), { recursive: true });
    made++;
    const background = { r: made & 255, g: (made >> 8) & 255, b: 7 };
    await sharp({ create: { width, height, channels: 3, background } }).toFile(file);
  }
  return folder;
}
