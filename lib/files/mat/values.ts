/** What a MATLAB file holds, as values; arrays keep MATLAB's order: the first index runs fastest. */

/** The elements of a numeric array, in the type of its MATLAB class. */
export type MatNumbers =
  | Float64Array
  | Float32Array
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array;

/** A full array of numbers; of a logical array the numbers are 0 and 1. */
export interface MatNumeric {
  readonly kind: 'numeric';
  readonly shape: readonly number[];
  readonly isLogical: boolean;
  readonly data: MatNumbers;
  /** Undefined unless the array is complex. */
  readonly imaginary: MatNumbers | undefined;
}

/** A matrix of characters. */
export interface MatText {
  readonly kind: 'text';
  readonly shape: readonly number[];
  /** All characters in MATLAB's order: of a row vector, the text. */
  readonly text: string;
}

/** An array of values of any kind. */
export interface MatCells {
  readonly kind: 'cells';
  readonly shape: readonly number[];
  readonly cells: readonly MatValue[];
}

/** An array of records with the same fields. */
export interface MatStruct {
  readonly kind: 'struct';
  readonly shape: readonly number[];
  /** The class of an object; undefined for an ordinary struct. */
  readonly className: string | undefined;
  /** Per field, its value in each record. */
  readonly fields: ReadonlyMap<string, readonly MatValue[]>;
}

/** A sparse matrix, by compressed columns. */
export interface MatSparse {
  readonly kind: 'sparse';
  readonly shape: readonly number[];
  readonly isLogical: boolean;
  /** Column j has the elements `columnStarts[j]` to `columnStarts[j + 1] − 1`. */
  readonly columnStarts: Int32Array;
  /** The row of each element, from 0. */
  readonly rows: Int32Array;
  readonly data: MatNumbers;
  readonly imaginary: MatNumbers | undefined;
}

/** A value that is not read: a function handle, or an object of a class with methods. */
export interface MatUnread {
  readonly kind: 'unread';
  /** The number of its MATLAB class. */
  readonly classNumber: number;
}

/** One value of a MATLAB file. */
export type MatValue = MatNumeric | MatText | MatCells | MatStruct | MatSparse | MatUnread;
