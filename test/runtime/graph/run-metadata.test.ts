import { describe, expect, it } from 'vitest';
import { Message } from '../../../lib/files/protobuf.js';
import { readNodeRuns } from '../../../lib/runtime/graph/run-metadata.js';

/** A NodeExecStats: the fields of `step_stats.proto` that are read, and one that is not. */
const node = (name: string, label: string, begin: number, end: number) =>
  new Message()
    .text(1, name)
    .integer(2, 1_700_000_000_000_000)
    .text(8, label)
    .integer(14, begin)
    .integer(15, end);

describe('the notes of a call', () => {
  it('name the nodes of all devices, what they computed, and how long', () => {
    const first = new Message()
      .text(1, '/cpu:0')
      .message(2, node('n7', 'n7 = Relu(n6)', 100, 350))
      .message(2, node('n8', '[mklcpu 16.1MB 16.1MB] n8 = _MklNativeConv2D(n7, n1)', 400, 2400));
    const second = new Message().text(1, '/cpu:1').message(2, node('n9', 'n9', 0, 5));
    const stream = new Message()
      .text(1, '/device:GPU:0/stream:all')
      .message(2, node('n7:Relu', 'n7:Relu', 0, 9000));
    const stats = new Message().message(1, first).message(1, stream).message(1, second);
    expect(readNodeRuns(new Message().message(1, stats).finish())).toEqual([
      { node: 'n7', operation: 'Relu', seconds: 250e-9 },
      { node: 'n8', operation: '_MklNativeConv2D', seconds: 2000e-9 },
      { node: 'n9', operation: 'n9', seconds: 5e-9 },
    ]);
  });

  it('are none where nothing was noted', () => {
    expect(readNodeRuns(new Uint8Array())).toEqual([]);
  });
});
