/** The output of a cell, independent of how it is sent or stored. */

/** The two text streams. */
export type StreamName = 'stdout' | 'stderr';

/** Rich content, as Jupyter's message `display_data` holds it. */
export interface DisplayData {
  /** Contents by media type: texts, base64 for pictures, values for JSON types. */
  readonly data: Readonly<Record<string, unknown>>;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly transient?: { readonly display_id?: string | undefined };
}

/** An error, as Jupyter's message `error` holds it. */
export interface CellError {
  /** The kind of error, such as `TypeError`. */
  readonly ename: string;
  /** Its message. */
  readonly evalue: string;
  /** Lines to show. */
  readonly traceback: readonly string[];
}

/** Receives the output of one cell, in order. */
export interface CellSink {
  stream(name: StreamName, text: string): void;
  /** `isUpdate`: it replaces what was displayed before under the same `display_id`. */
  display(content: DisplayData, isUpdate: boolean): void;
  error(error: CellError): void;
}
