/** Nodes of a graph in the JSON of TensorFlow.js. */

/** A node in JSON. */
export interface JsonNode {
  readonly name: string;
  readonly op: string;
  readonly input?: readonly string[];
  readonly attr: Readonly<Record<string, unknown>>;
}
