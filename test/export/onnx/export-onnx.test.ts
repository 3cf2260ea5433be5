import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ExportOptions, ExportSource } from '../../../lib/export/export-options.js';
import { exportOnnx } from '../../../lib/export/onnx/export-onnx.js';
import { onnxOperations } from '../../../lib/export/onnx/operations.js';
import { tracedNetwork } from '../../../lib/export/traced-network.js';
import { useBackend } from '../../helpers/backends.js';
import { temporaryFolder } from '../../helpers/temporary-folder.js';
import { CLASSES, expected, expectSame, madeNetwork, type Expected } from '../made-network.js';
import { inPython, NEEDS_PYTHON, python } from './in-python.js';

const folder = temporaryFolder();
/** What onnxruntime makes of images. */
function run(model: string, { batch, height, width, images }: Expected) {
  const file = path.join(model, 'model.onnx');
  const results = inPython(file, images, [batch, height, width, 3], folder);
  const { signature, floats, integers } = results;
  return { signature, labels: integers('labels'), logits: floats('logits') };
}

describe('an ONNX model', () => {
  let source: ExportSource;

  beforeAll(async () => {
    await useBackend('wasm');
    source = madeNetwork();
  });

  afterAll(() => {
    source.predictor.dispose();
  });

  const written = async (name: string, options: ExportOptions, from = source) => {
    const model = path.join(folder, name);
    await exportOnnx(from, model, options);
    return model;
  };

  it('has an operation for each kernel of the network', () => {
    const sizes = [{ height: 33, width: 65 }, { height: 33, width: 49 }, 'any'] as const;
    const nodes = sizes.flatMap((size) => tracedNetwork(source, { size }).nodes);
    const unknown = nodes.filter(({ kernel }) => !Object.hasOwn(onnxOperations, kernel));
    expect(unknown).toEqual([]);
  });

  it.skipIf(python === undefined)(
    `gives the label map of the network ${NEEDS_PYTHON}`,
    async () => {
      const size = { height: 33, width: 65 };
      const model = await written('one-size', { size, batchSize: 2 });
      const wanted = await expected(source, size, 2);
      const { signature, ...got } = run(model, wanted);
      expectSame(wanted, got);
      expect(signature).toMatchObject({
        inputs: { image: ['tensor(float)', 2, 3, 33, 65] },
        outputs: {
          logits: ['tensor(float)', 2, CLASSES, 33, 65],
          labels: ['tensor(int32)', 2, 33, 65],
        },
        metadata: {
          input: { shape: [2, 3, 33, 65], resolution: 0.5 },
          batchNorms: 'folded into the convolutions',
          classes: source.classes,
        },
      });
    },
  );

  it.skipIf(python === undefined)(
    `pads and crops as predict does where maps do not meet ${NEEDS_PYTHON}`,
    async () => {
      const size = { height: 34, width: 48 };
      const wanted = await expected(source, size);
      expectSame(wanted, run(await written('odd-size', { size }), wanted));
    },
  );

  it.skipIf(python === undefined)(`takes images of any size ${NEEDS_PYTHON}`, async () => {
    const model = await written('any', { size: 'any' });
    for (const size of [
      { height: 97, width: 129 },
      { height: 40, width: 31 },
      { height: 1, width: 66 },
    ]) {
      const wanted = await expected(source, size);
      const { signature, ...got } = run(model, wanted);
      expectSame(wanted, got);
      expect(signature).toMatchObject({
        inputs: { image: ['tensor(float)', 1, 3, 'height', 'width'] },
        metadata: { input: { shape: [1, 3, null, null] } },
      });
    }
  });
});
