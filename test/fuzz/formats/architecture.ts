import { formatArchitecture } from '#lib/architecture/format.js';
import { parseArchitecture } from '#lib/architecture/parse.js';
import { publishedArchitecture } from '#lib/architecture/published.js';
import { decodeText } from '#lib/files/text-file.js';
import { single, type FuzzFormat } from '../format.js';

const FILE = 'architecture.json';

const SMALL = {
  version: 1,
  path: [0, 1],
  genotype: {
    blocks: [
      {
        left: { input: 0, operation: 'sep_conv_3x3' },
        right: { input: 1, operation: 'skip_connect' },
      },
    ],
  },
  provenance: { source: 'a test', seed: 1, options: { layers: 2 } },
};

/** An architecture document. What is accepted can be written again. */
export const ARCHITECTURE: FuzzFormat = {
  name: 'architecture',
  module: import.meta.url,
  readers: 'parseArchitecture, formatArchitecture',
  seeds: () =>
    Promise.resolve([
      single(FILE, formatArchitecture(publishedArchitecture)),
      single(FILE, JSON.stringify(SMALL)),
    ]),
  isOnDisk: false,
  read: ({ files }) => formatArchitecture(parseArchitecture(decodeText(files[FILE], FILE), FILE)),
  limitMiB: 128,
};
