import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { ProgressDisplay } from '../../lib/cli/progress.js';

it('prints notes and warnings as lines where there is no terminal', () => {
  const stream = new PassThrough();
  const { onProgress } = new ProgressDisplay(stream as unknown as NodeJS.WriteStream);
  onProgress({ kind: 'note', text: 'train, 2 label maps: road 60.0 %, sky 40.0 %' });
  onProgress({ kind: 'warning', text: 'train lacks car, found in val' });
  expect(String(stream.read())).toBe(
    'train, 2 label maps: road 60.0 %, sky 40.0 %\nwarning: train lacks car, found in val\n',
  );
});
