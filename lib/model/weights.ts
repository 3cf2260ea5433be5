/** The weights of a network's folder: its variables by name, in float32 or float16. */
import { join } from 'node:path';
import { DataError, NumericError } from '../errors.js';
import type { NamedArray, NamedArrays } from '../files/arrays.js';
import { firstNonFinite } from '../files/arrays.js';
import { fromFloat16, toFloat16 } from '../files/float16.js';
import { readSafetensors, safetensorsPieces } from '../files/safetensors.js';
import { readModelFile, WEIGHTS_FILE, type ModelDocument } from './document.js';

/** How weights are stored. */
export type WeightsType = 'float32' | 'float16';

/** An array in half precision. */
function halved(name: string, { shape, data }: NamedArray): NamedArray {
  const halves = toFloat16(data as Float32Array);
  const array: NamedArray = { dtype: 'float32', shape, data: fromFloat16(halves) };
  const wrong = firstNonFinite({ [name]: array });
  if (wrong !== undefined) {
    throw new NumericError(
      `export: expected weights below 65520, which float16 can hold, got larger ones in ${name}; export with ` +
        "{ weights: 'float32' }",
    );
  }
  return { dtype: 'float16', shape, data: halves };
}

/**
 * The bytes of a file of weights.
 *
 * @throws {@link NumericError} if a weight is too large for float16
 */
export function weightsBytes(variables: NamedArrays, type: WeightsType): Uint8Array {
  const stored =
    type === 'float32'
      ? variables
      : Object.fromEntries(
          Object.entries(variables).map(([name, array]) => [name, halved(name, array)]),
        );
  return Buffer.concat([...safetensorsPieces(stored, { format: 'pt' })]);
}

/**
 * The variables of a network, in float32.
 *
 * @throws {@link DataError} if the file is missing, damaged or not that of this network
 */
export async function readWeights(folder: string, model: ModelDocument): Promise<NamedArrays> {
  await readModelFile(folder, model, WEIGHTS_FILE);
  const file = join(folder, WEIGHTS_FILE);
  const { arrays } = await readSafetensors(file);
  const widened = Object.entries(arrays).map(([name, array]): [string, NamedArray] => {
    if (array.dtype !== model.weights.type) {
      throw new DataError(
        `${file}: expected ${model.weights.type}, got ${array.dtype} of "${name}"; export the network again`,
        file,
      );
    }
    return array.dtype === 'float32'
      ? [name, array]
      : [name, { ...array, dtype: 'float32', data: fromFloat16(array.data as Uint16Array) }];
  });
  return Object.fromEntries(widened);
}
