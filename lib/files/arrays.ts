/** Arrays as files hold them. */

/** The number types that files can hold, with the bytes of one element. */
export const ARRAY_TYPES = {
  float64: { bytes: 8, data: Float64Array },
  float32: { bytes: 4, data: Float32Array },
  float16: { bytes: 2, data: Uint16Array },
  int64: { bytes: 8, data: BigInt64Array },
  int32: { bytes: 4, data: Int32Array },
  int16: { bytes: 2, data: Int16Array },
  int8: { bytes: 1, data: Int8Array },
  uint64: { bytes: 8, data: BigUint64Array },
  uint32: { bytes: 4, data: Uint32Array },
  uint16: { bytes: 2, data: Uint16Array },
  uint8: { bytes: 1, data: Uint8Array },
  bool: { bytes: 1, data: Uint8Array },
} as const;

/** The type of an array's elements; `bool` is one byte, 0 or 1, and `float16` stands in 16 bits. */
export type ArrayType = keyof typeof ARRAY_TYPES;

/** The data of an array. */
export type ArrayData =
  | Float64Array
  | Float32Array
  | BigInt64Array
  | Int32Array
  | Int16Array
  | Int8Array
  | BigUint64Array
  | Uint32Array
  | Uint16Array
  | Uint8Array;

/** One array: its elements in C order (the last index runs fastest), with their type and shape. */
export interface NamedArray {
  readonly dtype: ArrayType;
  readonly shape: readonly number[];
  readonly data: ArrayData;
}

/** Arrays by name. */
export type NamedArrays = Readonly<Record<string, NamedArray>>;

/** The first array that holds NaN or an infinity, with that value; undefined if all are finite. */
export function firstNonFinite(
  arrays: NamedArrays,
): { readonly name: string; readonly value: number } | undefined {
  for (const [name, { data }] of Object.entries(arrays)) {
    if (data instanceof Float32Array || data instanceof Float64Array) {
      // `findIndex` calls a function per number, which takes six times as long.
      for (const value of data) {
        if (!Number.isFinite(value)) {
          return { name, value };
        }
      }
    }
  }
  return undefined;
}
