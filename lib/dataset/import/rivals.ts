/** Label maps that claim one image, of which one can have it. */
import path from 'node:path';
import type { ExportItem, LeftOut } from './format.js';
import type { Fit } from './image-finder.js';

/** The fits of images, the best first. */
const FITS: readonly Fit[] = ['named', 'below', 'elsewhere'];

interface Claim {
  readonly item: ExportItem;
  readonly file: string;
  readonly fit: Fit;
}

function claimOf(item: ExportItem): Claim[] {
  const { image } = item;
  return 'file' in image ? [{ item, file: image.file, fit: image.fit ?? 'named' }] : [];
}

/** Claims on images of folders that belong to other label maps: some have their images there. */
function foreignOf(claims: readonly Claim[]): Set<ExportItem> {
  const near = claims.filter(({ fit }) => fit !== 'elsewhere');
  const owned = new Set(near.map(({ file }) => path.dirname(file)));
  const foreign = claims.filter(
    ({ file, fit }) => fit === 'elsewhere' && owned.has(path.dirname(file)),
  );
  return new Set(foreign.map(({ item }) => item));
}

/** The claim on each image that counts: the one that it fits best, the first of equal ones. */
function winnersOf(claims: readonly Claim[]): Map<string, Claim> {
  const winners = new Map<string, Claim>();
  for (const claim of claims) {
    const before = winners.get(claim.file);
    if (before === undefined || FITS.indexOf(claim.fit) < FITS.indexOf(before.fit)) {
      winners.set(claim.file, claim);
    }
  }
  return winners;
}

/**
 * The items of which no two have the same image file, nor one the image of another folder's items.
 *
 * @returns the items, in their order, and those left out
 */
export function withoutRivals(items: readonly ExportItem[]): {
  readonly items: ExportItem[];
  readonly leftOut: LeftOut[];
} {
  const claims = items.flatMap(claimOf);
  const foreign = foreignOf(claims);
  const winners = winnersOf(claims.filter(({ item }) => !foreign.has(item)));
  const reasons = new Map<ExportItem, string>();
  for (const { item, file, fit } of claims) {
    const winner = winners.get(file);
    if (foreign.has(item)) {
      reasons.set(item, 'the image of its name belongs to label maps of another folder');
    } else if (winner !== undefined && winner.item !== item) {
      const isFirst = winner.fit === fit;
      const why = isFirst ? 'the first one counts' : 'the one whose folder it lies in counts';
      reasons.set(item, `its image has another label map; ${why}`);
    }
  }
  return {
    items: items.filter((item) => !reasons.has(item)),
    leftOut: [...reasons].map(([{ source }, why]) => ({ file: source, why })),
  };
}
