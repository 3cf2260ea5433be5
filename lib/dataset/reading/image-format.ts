/** The format of an image file, told by its first bytes. */

/** Formats that {@link readImageFile} reads, with the extensions that they have. */
export const READABLE_FORMATS: Readonly<Record<string, readonly string[]>> = {
  PNG: ['.png'],
  JPEG: ['.jpg', '.jpeg'],
  WebP: ['.webp'],
  TIFF: ['.tif', '.tiff'],
};

/** The extensions of all readable formats, in small letters. */
export const READABLE_EXTENSIONS: readonly string[] = Object.values(READABLE_FORMATS).flat();

/** The readable formats in words. */
export const READABLE = 'PNG, JPEG, WebP or TIFF';

interface Signature {
  readonly format: string;
  readonly at: number;
  /** Bytes as Latin-1 text; any of them. */
  readonly texts: readonly string[];
}

const SIGNATURES: readonly Signature[] = [
  { format: 'PNG', at: 0, texts: ['\x89PNG\r\n\x1a\n'] },
  { format: 'JPEG', at: 0, texts: ['\xff\xd8\xff'] },
  { format: 'WebP', at: 8, texts: ['WEBP'] },
  { format: 'TIFF', at: 0, texts: ['II*\0', 'MM\0*', 'II+\0', 'MM\0+'] },
  { format: 'AVIF', at: 4, texts: ['ftypavif', 'ftypavis'] },
  { format: 'HEIC', at: 4, texts: ['ftypheic', 'ftypheix', 'ftyphevc', 'ftypmif1', 'ftypmsf1'] },
  { format: 'GIF', at: 0, texts: ['GIF8'] },
  { format: 'BMP', at: 0, texts: ['BM'] },
  { format: 'PDF', at: 0, texts: ['%PDF'] },
];

/** The name of the format, such as `PNG` or `HEIC`; undefined if it is none of those known here. */
export function imageFormat(bytes: Buffer): string | undefined {
  const found = SIGNATURES.find(({ at, texts }) =>
    texts.some((text) => bytes.toString('latin1', at, at + text.length) === text),
  );
  return found?.format;
}
