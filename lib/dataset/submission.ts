/** What the evaluation server of a benchmark takes. */

/** How a label map holds its values: as grey, or as indices into a palette of class colours. */
export type LabelPng = 'grey' | 'palette';

/** A competition of a server: which data a network may be trained on. */
export interface Competition {
  readonly name: string;
  readonly summary: string;
}

/** Which images are scored, and where. */
export interface SubmissionTarget {
  readonly split: string;
  /** One of the competitions of the format; empty if it has none. */
  readonly competition: string;
}

/** The rules of a server for the files that are sent to it. */
export interface SubmissionFormat {
  /** The server, such as `the evaluation server of Cityscapes`. */
  readonly server: string;
  /** The classes in the order of a network's output, and the value that the server knows each by. */
  readonly classes: readonly { readonly name: string; readonly value: number }[];
  /** What other values mean, for the error, such as the names of labels that are not scored. */
  readonly meaningOf?: ((value: number) => string | undefined) | undefined;
  /** *palette* - indices into a palette only; *grey* - grey, or indices into a palette. */
  readonly png: LabelPng;
  /** 256 times red, green, blue; for *palette*. */
  readonly palette?: Uint8Array | undefined;
  /** The first is the default; none: the server has one only. */
  readonly competitions: readonly Competition[];
  readonly archive: 'zip' | 'tgz';
  /** The images of the split `test`, all of which the server wants; undefined: not known. */
  readonly testImages?: number | undefined;
  /** The name of an image's label map in the archive; `/` separates folders. */
  readonly nameOf: (id: string, target: SubmissionTarget) => string;
  /** The id of the image that the server takes a file of the archive for; undefined: none. */
  readonly idOf: (name: string, target: SubmissionTarget) => string | undefined;
}
