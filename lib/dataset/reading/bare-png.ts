/** PNG files without the parts that decoders unpack and nobody here reads. */
import { open } from 'node:fs/promises';
import { readBytes } from './files.js';
import { isPng } from './png-file.js';

/**
 * Colour profiles and texts: compressed a thousandfold, a small file of them fills the memory of a decoder
 * that looks at the size of the image only.
 */
const DROPPED = new Set(['iCCP', 'zTXt', 'iTXt', 'tEXt']);

/** The bytes of a chunk besides its content: length, type, checksum. */
const FRAME_BYTES = 12;
const SIGNATURE_BYTES = 8;

/**
 * A PNG without colour profile and texts, which no reader of this library applies; other bytes, and a PNG
 * without such parts, as they are. What stands behind a chunk that is cut off is left out: a decoder
 * says that the file is not complete.
 */
export function barePng(bytes: Buffer): Buffer {
  if (!isPng(bytes)) {
    return bytes;
  }
  const kept: Buffer[] = [];
  let start = 0; // of what is kept next
  let offset = SIGNATURE_BYTES;
  while (offset + FRAME_BYTES <= bytes.length) {
    const end = offset + FRAME_BYTES + bytes.readUInt32BE(offset);
    const type = bytes.toString('latin1', offset + 4, offset + 8);
    if (DROPPED.has(type)) {
      kept.push(bytes.subarray(start, offset));
      start = Math.min(end, bytes.length);
    }
    offset = end;
  }
  kept.push(bytes.subarray(start));
  return kept.length === 1 ? bytes : Buffer.concat(kept);
}

/**
 * What to read the header of an image from: the file itself, which is not read to its end, or of a PNG that
 * has such parts its bytes without them. Of a file that cannot be opened, the path, so that the decoder says why.
 */
export async function headerInput(file: string): Promise<string | Buffer> {
  const handle = await open(file, 'r').catch(() => undefined);
  if (handle === undefined) {
    return file;
  }
  try {
    const read = async (position: number) => {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(8), 0, 8, position);
      return bytesRead === 8 ? buffer : undefined;
    };
    const start = await read(0);
    if (start === undefined || !isPng(start)) {
      return file;
    }
    let offset = SIGNATURE_BYTES;
    for (let head = await read(offset); head !== undefined; head = await read(offset)) {
      const type = head.toString('latin1', 4);
      if (DROPPED.has(type)) {
        return barePng(await readBytes(file, 'image'));
      }
      if (type === 'IDAT') {
        break; // decoders of headers end here too
      }
      offset += FRAME_BYTES + head.readUInt32BE(0);
    }
    return file;
  } finally {
    await handle.close();
  }
}
