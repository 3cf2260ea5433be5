/** How much a step computes, from shapes alone. */
import { elementsOf } from '../tensors.js';
import { hardwareOf } from './devices.js';
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

/** What of a traced step is work. */
type TracedWork = Pick<TracedStep, 'nodes' | 'momentum'>;

/** Kernels that move no data. */
const VIEWS: ReadonlySet<string> = new Set(['Reshape', 'ExpandDims', 'Identity']);

/** Reads and writes of a momentum update: weights and velocity twice, the gradient once. */
const MOMENTUM_PASSES = 5;

const CONVOLUTION = /^Adl(Depthwise)?Conv2D(InputGradient|FilterGradient)?$/;

/** Multiply-adds of a convolution or of one of its two gradients; undefined for other kernels. */
function multiplyAdds({ kernel, inputs, outputs }: TraceNode) {
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

function workOfPart({ nodes, momentum }: TracedWork): StepWork {
  let [dense, depthwise, bytes, kernels] = [0, 0, 0, 0];
  for (const node of nodes) {
    if (VIEWS.has(node.kernel)) {
      continue;
    }
    const work = multiplyAdds(node);
    dense += work?.isDense === true ? work.count : 0;
    depthwise += work?.isDense === false ? work.count : 0;
    const values = [...Object.values(node.inputs), ...node.outputs];
    bytes += values.reduce((sum, value) => sum + bytesOf(value), 0);
    kernels++;
  }
  for (const { gradient } of momentum) {
    bytes += MOMENTUM_PASSES * bytesOf(gradient);
    kernels++;
  }
  return { dense, depthwise, bytes, kernels };
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
