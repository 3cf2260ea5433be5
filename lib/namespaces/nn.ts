/** Scopes, layers and initialisers; programs of steps and what they are made of. */
export { Scope } from '../nn/scope.js';
export type { ScopeSource, VariableOptions, VariableSpec } from '../nn/scope.js';
export type { Declaration } from '../nn/declare.js';
export type { NetworkResult, TrainingInputs } from '../nn/apply.js';
export {
  constant as constantInitializer,
  depthwiseUniform,
  fanInUniform,
  normal as normalInitializer,
  truncatedNormal,
  xavierUniform,
} from '../nn/initializers.js';
export type { Initializer } from '../nn/initializers.js';
export type {
  InputSpec,
  MemoryEstimate,
  Program,
  Step,
  StepDefinition,
  StepReplicas,
  StepResult,
} from '../runtime/program.js';
export { meanOverReplicas, ofEachReplica } from '../runtime/replicas.js';
export type { Replication } from '../runtime/replicas.js';
export type { CompileOptions } from '../runtime/compile.js';
export type { Precision, PrecisionChoice } from '../runtime/precision.js';
export type { GraphOptions } from '../runtime/graph/compile-steps.js';
export { availableMemory } from '../runtime/available-memory.js';
export type { MemoryOptions } from '../runtime/memory.js';
export type { Ring } from '../runtime/ring.js';
export type { Recomputation } from '../runtime/passes/recompute.js';
export { recomputable } from '../runtime/region.js';
export type { SessionOptions, SessionPlace } from '../runtime/graph/session-config.js';
export type { TraceGraph, TraceNode, TraceValue, ValueSource } from '../runtime/trace-graph.js';
export type { NativeType } from '../ops/native-call.js';
export type { NamedTensors } from '../tensors.js';
export { batchNorm, statelessBatchNorm } from '../nn/batch-norm.js';
export type { BatchNormOptions, StatelessBatchNormOptions } from '../nn/batch-norm.js';
export { convolution, depthwiseConvolution, dropout } from '../nn/layers.js';
export type { ConvolutionOptions } from '../nn/layers.js';
export { convNormRelu, reluConvNorm } from '../nn/conv-norm.js';
export type { ConvNormOptions } from '../nn/conv-norm.js';
export type { OperationProfile, StepProfile } from '../runtime/profile.js';
