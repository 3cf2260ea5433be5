/** Copies what a step computes from its batch, once for each replica, and joins the copies in means. */
import { MEAN_OVER_REPLICAS, REPLICA_NUMBER } from '../replicas.js';
import type { TracedStep, TraceNode, TraceValue } from '../trace-graph.js';
import { OtherDevice, readElsewhere, type StateShapes } from './other-device.js';
import { pack, unpack, type Place } from './packing.js';
import { checkResults, findReplicated, isOfReplica, numberValue } from './replica-nodes.js';
import { StepRewriter } from './rewrite.js';

/** Where replicas run, and what they share. */
export interface ReplicaPlan {
  /** The device of each replica; that of the first also holds the state. Undefined: the program's. */
  readonly devices: readonly (string | undefined)[];
  /** The shapes of the inputs that are divided, as a call has them. */
  readonly batch: ReadonlyMap<string, readonly number[]>;
  readonly state: StateShapes;
}

/** A replicated step under construction. */
class Replicator {
  private readonly rewriter = new StepRewriter();
  private readonly copies = new Map<TraceNode, readonly (readonly TraceValue[])[]>();
  private readonly parts = new Map<string, readonly TraceValue[]>();
  private readonly others = new Map<string | undefined, OtherDevice>();
  private readonly count: number;
  private readonly home: string | undefined;

  constructor(
    private readonly step: TracedStep,
    private readonly plan: ReplicaPlan,
    private readonly replicated: ReadonlySet<TraceNode>,
  ) {
    const { devices, state } = plan;
    this.count = devices.length;
    [this.home] = devices;
    const sent = readElsewhere(step, replicated, state);
    for (const device of new Set(devices.filter((one) => one !== this.home))) {
      this.others.set(device, new OtherDevice(this.rewriter, { device, home: this.home, sent }));
    }
  }

  run(): TracedStep {
    for (const node of this.step.nodes) {
      if (node.kernel === MEAN_OVER_REPLICAS) {
        this.writeMean(node);
      } else if (node.kernel === REPLICA_NUMBER) {
        this.copies.set(
          node,
          this.plan.devices.map((_, k) => [numberValue(k)]),
        );
      } else if (this.replicated.has(node)) {
        this.writeCopies(node);
      } else {
        this.writeShared(node);
      }
    }
    return this.rewriter.finish(this.step);
  }

  /** A value as replica k sees it, on its device. */
  private valueOf(value: TraceValue, k: number): TraceValue {
    const { source, shape, dtype } = value;
    if (source.kind === 'input' && this.plan.batch.has(source.name)) {
      return { ...this.partsOf(value)[k], shape, dtype };
    }
    const copies = source.kind === 'node' ? this.copies.get(source.node) : undefined;
    if (source.kind === 'node' && copies) {
      return { ...copies[k][source.output], shape, dtype };
    }
    return (this.others.get(this.plan.devices[k]) ?? this.rewriter).valueOf(value);
  }

  /** The parts of an input, one for each replica. */
  private partsOf({ source, dtype }: TraceValue): readonly TraceValue[] {
    const name = (source as { readonly name: string }).name;
    const known = this.parts.get(name);
    if (known) {
      return known;
    }
    const [images, ...rest] = this.plan.batch.get(name)!;
    const part = { shape: [images / this.count, ...rest], dtype };
    const { outputs } = this.rewriter.add({
      kernel: 'SplitV',
      inputs: { x: { source, shape: [images, ...rest], dtype } },
      attributes: { numOrSizeSplits: this.count, axis: 0 },
      outputs: this.plan.devices.map(() => part),
      device: this.home,
      forward: true,
    });
    this.parts.set(name, outputs);
    return outputs;
  }

  private writeCopies(node: TraceNode): void {
    const operands = Object.entries(node.inputs);
    const copies = this.plan.devices.map((device, k) => {
      const inputs = Object.fromEntries(
        operands.map(([name, value]) => [name, this.valueOf(value, k)]),
      );
      const region = node.region === undefined ? undefined : node.region * this.count + k;
      return this.rewriter.add({ ...node, inputs, device, region }).outputs;
    });
    this.copies.set(node, copies);
  }

  /** Writes a node that all replicas share: on the first device, in no region, so that it is kept. */
  private writeShared(node: TraceNode): void {
    const inputs = Object.fromEntries(
      Object.entries(node.inputs).map(([name, value]) => [name, this.rewriter.valueOf(value)]),
    );
    const copy = this.rewriter.add({ ...node, inputs, device: this.home, region: undefined });
    this.rewriter.replace(node, copy.outputs);
  }

  /** Writes 1/K Σ_k x_k of each operand, summed in the order of the replicas wherever these run. */
  private writeMean(node: TraceNode): void {
    const values = Object.values(node.inputs);
    const isOwn = values.map((value) => isOfReplica(value, this.replicated, this.plan.batch));
    const own = values.filter((_, i) => isOwn[i]);
    const shapes = own.map(({ shape }) => shape);
    const isHere = this.others.size === 0;
    const onDevice = (device: string | undefined): Place => ({
      device,
      ...(node.forward !== undefined && { forward: node.forward }),
    });
    const home = onDevice(this.home);
    const terms = this.plan.devices.map((device, k) => {
      const ofReplica = own.map((value) => this.valueOf(value, k));
      return isHere || own.length === 0
        ? ofReplica
        : [pack(this.rewriter, ofReplica, onDevice(device))];
    });
    const means = terms[0].map((_, i) =>
      this.mean(
        terms.map((list) => list[i]),
        home,
      ),
    );
    const unpacked = isHere ? means : unpackMeans(this.rewriter, means, shapes, home);
    const results = (list: readonly TraceValue[], other?: OtherDevice) => {
      let next = 0;
      return values.map((value, i) =>
        isOwn[i] ? list[next++] : (other ?? this.rewriter).valueOf(value),
      );
    };
    this.rewriter.replace(node, results(unpacked));
    for (const [device, other] of this.others) {
      other.receive(node, () =>
        results(unpackMeans(this.rewriter, means, shapes, onDevice(device)), other),
      );
    }
  }

  private mean(terms: readonly TraceValue[], place: Place): TraceValue {
    const { shape } = terms[0];
    const outputs = [{ shape, dtype: 'float32' as const }];
    const inputs = Object.fromEntries(terms.map((value, k) => [String(k), value]));
    const sum = this.rewriter.add({ kernel: 'AddN', inputs, attributes: {}, outputs, ...place });
    const share = {
      source: constant(Float32Array.of(1 / this.count)),
      shape: [],
      dtype: 'float32',
    } as const;
    const operands = { a: sum.outputs[0], b: share };
    return this.rewriter.add({
      kernel: 'Multiply',
      inputs: operands,
      attributes: {},
      outputs,
      ...place,
    }).outputs[0];
  }
}

const constant = (data: Float32Array) => ({ kind: 'constant', data }) as const;

function unpackMeans(
  rewriter: StepRewriter,
  means: readonly TraceValue[],
  shapes: readonly (readonly number[])[],
  place: Place,
): readonly TraceValue[] {
  return means.length === 0 ? [] : unpack(rewriter, means[0], shapes, place);
}

/**
 * Computes a step by replicas.
 *
 * What depends on the batch is written once for each replica, on its device. A mark `meanOverReplicas`
 * becomes a sum, in the order of the replicas, and a product with 1/K on the first device, so that the
 * results do not depend on the devices, bit for bit. What depends on the batch through such means alone, or
 * not at all, is computed on the first device and, where replicas elsewhere read it, there again. What
 * crosses devices is packed: one message for the state, one for each mark there and one back.
 *
 * @param step - traced with the batch of one replica
 * @throws {@link BackendError} if a result of the step would be that of one replica
 */
export function replicate(step: TracedStep, plan: ReplicaPlan): TracedStep {
  const replicated = findReplicated(step, plan.batch);
  checkResults(step, replicated);
  return new Replicator(step, plan, replicated).run();
}
