/** How much a step computes, from shapes alone. */
import { elementsOf } from '../tensors.js';
import { hardwareOf } from './devices.js';
import { SUM_OF_PRODUCTS } from './kernels/products.js';
import {
  bytesOf,
  producerOf,
  type MomentumUpdate,
  type TracedStep,
  type TraceNode,
} from './trace-graph.js';

/** The work in one call of a step. */
export interface StepWork {
  /** Multiply-adds of dense convolutions, gradients included. */
  readonly dense: number;
  /** Multiply-adds of depthwise convolutions, gradients included. */
  readonly depthwise: number;
  /** Bytes that kernels read and write. */
  readonly bytes: number;
  readonly kernels: number;
}

/** Nothing. */
export const NO_WORK: StepWork = { dense: 0, depthwise: 0, bytes: 0, kernels: 0 };

/** What of a traced step is work. */
type TracedWork = Pick<TracedStep, 'nodes' | 'momentum'>;

/** Kernels that move no data. */
const VIEWS: ReadonlySet<string> = new Set(['Reshape', 'ExpandDims', 'Identity']);

/** Reads and writes of a momentum update: weights and velocity twice, the gradient once. */
const MOMENTUM_PASSES = 5;

const CONVOLUTION = /^Adl(Depthwise)?Conv2D(InputGradient|FilterGradient)?$/;

/** Multiply-adds of a convolution, of one of its two gradients or of a part of one; undefined for other kernels. */
function multiplyAdds({ kernel, inputs, outputs }: TraceNode) {
  if (kernel === SUM_OF_PRODUCTS) {
    return { isDense: true, count: elementsOf(inputs.a.shape) * outputs[0].shape[1] };
  }
  const match = CONVOLUTION.exec(kernel);
  if (match === null) {
    return undefined;
  }
  const [, depthwise, gradient] = match;
  const [height, width, channels] = (gradient === 'FilterGradient' ? outputs[0] : inputs.filter)
    .shape;
  // Each number of the result, or of the gradient in it, takes part once per tap.
  const result = gradient === undefined ? outputs[0] : inputs.dy;
  const perNumber = height * width * (depthwise === undefined ? channels : 1);
  return { isDense: depthwise === undefined, count: elementsOf(result.shape) * perNumber };
}

/** What a step does on each device, in the order of their first nodes. */
function byDevice({ nodes, momentum }: TracedWork): TracedWork[] {
  const parts = new Map<string, { nodes: TraceNode[]; momentum: MomentumUpdate[] }>();
  const partOn = (device: string | undefined) => {
    const place = hardwareOf(device);
    const part = parts.get(place) ?? { nodes: [], momentum: [] };
    parts.set(place, part);
    return part;
  };
  nodes.forEach((node) => partOn(node.device).nodes.push(node));
  momentum.forEach((update) => partOn(producerOf(update.gradient)?.device).momentum.push(update));
  return [...parts.values()];
}

/**
 * The work in one call of a step, as it was traced; of one that replicas compute on several GPUs or machines,
 * the most that one of these does.
 */
export function workOf(step: TracedWork): StepWork {
  const works = byDevice(step).map(workOfPart);
  const most = Math.max(...works.map(({ bytes }) => bytes));
  return works.find(({ bytes }) => bytes === most) ?? workOfPart(step);
}

/** The work of one kernel. */
export function workOfNode(node: TraceNode): StepWork {
  if (VIEWS.has(node.kernel)) {
    return NO_WORK;
  }
  const work = multiplyAdds(node);
  const values = [...Object.values(node.inputs), ...node.outputs];
  return {
    dense: work?.isDense === true ? work.count : 0,
    depthwise: work?.isDense === false ? work.count : 0,
    bytes: values.reduce((sum, value) => sum + bytesOf(value), 0),
    kernels: 1,
  };
}

function workOfPart({ nodes, momentum }: TracedWork): StepWork {
  const inNodes = nodes.map(workOfNode).reduce(addWork, NO_WORK);
  let { bytes, kernels } = inNodes;
  for (const { gradient } of momentum) {
    bytes += MOMENTUM_PASSES * bytesOf(gradient);
    kernels++;
  }
  return { ...inNodes, bytes, kernels };
}

/** Two works, one after the other. */
export function addWork(a: StepWork, b: StepWork): StepWork {
  return {
    dense: a.dense + b.dense,
    depthwise: a.depthwise + b.depthwise,
    bytes: a.bytes + b.bytes,
    kernels: a.kernels + b.kernels,
  };
}

/** A share of some work, such as that for one image of a batch. */
export function scaled(work: StepWork, share: number): StepWork {
  const { dense, depthwise, bytes, kernels } = work;
  return {
    dense: share * dense,
    depthwise: share * depthwise,
    bytes: share * bytes,
    kernels: share * kernels,
  };
}

/** Bytes of all values of a step: what a backward pass operation by operation keeps at most. */
export function bytesOfAll({ nodes }: Pick<TracedStep, 'nodes'>): number {
  return nodes
    .filter(({ kernel }) => !VIEWS.has(kernel))
    .reduce((sum, { outputs }) => sum + outputs.reduce((all, value) => all + bytesOf(value), 0), 0);
}
