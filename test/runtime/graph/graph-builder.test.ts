import { describe, expect, it } from 'vitest';
import { GraphBuilder } from '../../../lib/runtime/graph/graph-builder.js';
import { GraphDef } from '../../../lib/runtime/graph/graph-def.js';
import { readField, readFields } from '../../../lib/runtime/graph/read-message.js';

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/** Name, operation and inputs of each node of the graph. */
function nodesOf(document: GraphDef): string[][] {
  return [...readFields(document.part(), 1)].map((node) => [
    text(readField(node, 1)),
    text(readField(node, 2)),
    ...[...readFields(node, 3)].map(text),
  ]);
}

describe('GraphBuilder', () => {
  it('writes nodes with their operands', () => {
    const document = new GraphDef();
    const builder = new GraphBuilder(document);
    const x = builder.add('Placeholder', [], { dtype: { kind: 'type', value: 'float32' } });
    builder.add('Neg', [x, '^n9'], {});
    expect(nodesOf(document)).toEqual([
      ['n0', 'Placeholder'],
      ['n1', 'Neg', 'n0', '^n9'],
    ]);
    expect(builder.size).toBe(2);
  });

  it('writes a pure computation once, but side effects each time', () => {
    const document = new GraphDef();
    const builder = new GraphBuilder(document);
    const twice = () => builder.pure('Neg', ['x'], { T: { kind: 'type', value: 'float32' } });
    expect(twice()).toBe(twice());
    expect(builder.pure('Neg', ['x'], { T: { kind: 'type', value: 'int32' } })).not.toBe(twice());
    expect(builder.add('NoOp', [], {})).not.toBe(builder.add('NoOp', [], {}));
  });

  it('makes nodes wait, and takes them for other computations than those that do not', () => {
    const document = new GraphDef();
    const builder = new GraphBuilder(document);
    const free = builder.pure('Neg', ['x'], {});
    const waiting = builder.after(['^n9'], () => builder.pure('Neg', ['x'], {}));
    expect(waiting).not.toBe(free);
    expect(nodesOf(document)[1]).toEqual(['n1', 'Neg', 'x', '^n9']);
    expect(builder.pure('Neg', ['x'], {})).toBe(free);
  });

  it('writes nodes for a device, and equal ones once for each', () => {
    const document = new GraphDef();
    const builder = new GraphBuilder(document, 'first');
    const write = () => [
      builder.pure('Neg', ['x'], {}),
      builder.constant(Float32Array.of(1), [], 'float32'),
      builder.add('NoOp', [], {}),
    ];
    const here = write();
    const there = builder.on('second', write);
    const inner = builder.on('second', () => builder.on(undefined, write));
    expect(there[0]).not.toBe(here[0]);
    expect(there[1]).not.toBe(here[1]);
    expect(inner.slice(0, 2)).toEqual(here.slice(0, 2));
    const devices = [...readFields(document.part(), 1)].map((node) => text(readField(node, 4)));
    expect(devices).toEqual(['first', 'first', 'first', 'second', 'second', 'second', 'first']);
    const unplaced = new GraphDef();
    new GraphBuilder(unplaced).add('NoOp', [], {});
    const [node] = readFields(unplaced.part(), 1);
    expect(text(readField(node, 4))).toBe('');
  });

  it('writes equal small constants once, and uniform ones as one number', () => {
    const document = new GraphDef();
    const builder = new GraphBuilder(document);
    const constant = (values: Float32Array) => builder.constant(values, [values.length], 'float32');
    expect(constant(Float32Array.of(1, 2))).toBe(constant(Float32Array.of(1, 2)));
    expect(constant(Float32Array.of(1, 3))).not.toBe(constant(Float32Array.of(1, 2)));
    document.part();
    expect(constant(new Float32Array(1000))).toBe(constant(new Float32Array(1000)));
    expect(document.part().length).toBeLessThan(100);
  });

  it('refuses types that the graphs here do not have', () => {
    const document = new GraphDef();
    const builder = new GraphBuilder(document);
    expect(() => builder.constant(Float32Array.of(1), [], 'complex64')).toThrow(
      'graph: expected float32, bfloat16, int32 or bool, got complex64',
    );
  });
});
