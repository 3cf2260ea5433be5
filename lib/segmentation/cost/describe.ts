/** The cost of a network as a table in plain text. */
import { table } from '../../text.js';
import type { NetworkCost, SectionCost } from './cost.js';

/** A whole number with commas between thousands. */
export function grouped(n: number): string {
  return n.toLocaleString('en-US');
}

/** Billions (B) or millions (M) with two decimals. */
export function rounded(n: number): string {
  return n >= 1e9 ? `${(n / 1e9).toFixed(2)} B` : `${(n / 1e6).toFixed(2)} M`;
}

/** A section in words: `cell0` is the cell of layer 1. */
function layerName(section: string): string {
  return section.replace(/^cell(\d+)$/, (_, cell: string) => `layer ${Number(cell) + 1}`);
}

function cells({ name, stride, output, parameters, multiplyAdds }: SectionCost): string[] {
  const [height, width, channels] = output;
  const size = `${height} x ${width} x ${channels}`;
  return [layerName(name), String(stride), size, grouped(parameters), rounded(multiplyAdds)];
}

/**
 * Describes a network section by section: stride, size of the result, parameters, multiply-adds.
 *
 * @example
 * const architecture = publishedArchitecture;
 * const size = { filterMultiplier: 20, classes: 19, height: 1025, width: 2049 };
 * describeCost(networkCost({ architecture, ...size }));
 * // section   stride           output  parameters  multiply-adds
 * // stem           4  257 x 513 x 128     112,832        30.01 B
 * // layer 1        4  257 x 513 x 100      38,240         4.94 B
 * // …
 */
export function describeCost({
  sections,
  parameters,
  paperCount,
  paperMultiplyAdds,
}: NetworkCost): string {
  const plain = rounded(paperCount.convolutions);
  return [
    table([
      ['section', 'stride', 'output', 'parameters', 'multiply-adds'],
      ...sections.map(cells),
      ['total', '', '', grouped(parameters), plain],
    ]),
    `By the paper's way of counting: ${rounded(paperMultiplyAdds)} multiply-adds.`,
    '',
  ].join('\n');
}
