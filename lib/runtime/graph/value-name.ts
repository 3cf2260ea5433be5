/**
 * Names of values in a TensorFlow graph: `node` is a node's first output, `node:1` its second;
 * `^node` among a node's inputs makes it run after that node.
 */

/** The names of a node's outputs. */
export function outputNames(node: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => (i === 0 ? node : `${node}:${i}`));
}

/** The node that computes a value. */
export function nodeOf(value: string): string {
  return value.split(':')[0];
}

/** The value's name as sessions and signatures write it, output number included. */
export function tensorName(value: string): string {
  return value.includes(':') ? value : `${value}:0`;
}

/** The input that makes a node run after another. */
export function after(node: string): string {
  return `^${node}`;
}
