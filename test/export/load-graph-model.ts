/** Loads a GraphModel from a folder, as a page loads it from a server. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { loadGraphModel, type GraphModel } from '@tensorflow/tfjs-converter';
import * as tf from '@tensorflow/tfjs-core';

/** The model of a folder; the caller disposes it. */
export async function graphModelIn(folder: string): Promise<GraphModel> {
  const model = JSON.parse(
    readFileSync(path.join(folder, 'model.json'), 'utf8'),
  ) as tf.io.ModelJSON;
  const load = async (): Promise<tf.io.ModelArtifacts> =>
    tf.io.getModelArtifactsForJSON(model, (manifest) => {
      const files = manifest.flatMap(({ paths }) =>
        paths.map((file) => readFileSync(path.join(folder, file))),
      );
      const content = Uint8Array.from(Buffer.concat(files)).buffer;
      return Promise.resolve([manifest.flatMap(({ weights }) => weights), content]);
    });
  return loadGraphModel({ load });
}

/** Scores and labels of images, `[batch, height, width, 3]`. */
export function runGraphModel(
  model: GraphModel,
  images: Float32Array,
  [height, width]: readonly [number, number],
): { readonly logits: Float32Array; readonly labels: Int32Array } {
  return tf.tidy(() => {
    const image = tf.tensor4d(images, [images.length / (height * width * 3), height, width, 3]);
    const [logits, labels] = model.execute({ image }, ['logits', 'labels']) as tf.Tensor[];
    return { logits: logits.dataSync<'float32'>(), labels: labels.dataSync<'int32'>() };
  });
}
