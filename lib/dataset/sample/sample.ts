/** The built-in sample: rendered street scenes, laid out as one of the datasets. */
import path from 'node:path';
import { DataError } from '../../errors.js';
import { checkCommonOptions, type CommonOptions, type DatasetKind } from '../kind.js';
import { MARKER_NAME, sampleLayout } from './marker.js';

/**
 * A rendered sample as a kind of dataset. It opens as the kind that it is laid out as, and that is
 * the kind that its description names.
 *
 * @param layouts - the kinds that a sample can be laid out as
 */
export function sampleKind(layouts: readonly DatasetKind[]): DatasetKind<CommonOptions, 'sample'> {
  const names = layouts.map(({ name }) => name);
  return {
    name: 'sample',
    summary: `rendered street scenes, laid out as ${names.join(', ')}`,
    terms: 'pictures drawn by autodeeplab, Apache-2.0',
    check: checkCommonOptions('sample'),
    async open(options) {
      const layout = await sampleLayout(options.root);
      const kind = layouts.find(({ name }) => name === layout);
      if (kind === undefined) {
        throw new DataError(
          `sample: expected a ${MARKER_NAME} with a layout out of ${names.join(', ')} in ` +
            `${path.resolve(options.root)}, got ${layout ?? 'no rendered sample'}; write one with ` +
            'writeSample or npx autodeeplab tutorial --quick, or open real images by the name of their dataset',
          options.root,
        );
      }
      return kind.open(options);
    },
  };
}
