/** Scopes, layers and initialisers; programs of steps and what they are made of. */
export { Scope } from '../nn/scope.js';
export type { Network, ScopeSource, VariableOptions, VariableSpec } from '../nn/scope.js';
export { countParameters, declareNetwork, initializeVariables } from '../nn/declare.js';
export type { Declaration } from '../nn/declare.js';
export { applyNetwork } from '../nn/apply.js';
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
  StepResult,
} from '../runtime/program.js';
export { compile } from '../runtime/compile.js';
export type { CompileOptions } from '../runtime/compile.js';
export type { GraphOptions } from '../runtime/graph/graph-program.js';
export { availableMemory } from '../runtime/memory.js';
export type { MemoryOptions } from '../runtime/memory.js';
export type { Recomputation } from '../runtime/passes/recompute.js';
export { recomputable } from '../runtime/region.js';
export type { SessionOptions } from '../runtime/graph/session-config.js';
export type { TraceGraph, TraceNode, TraceValue, ValueSource } from '../runtime/trace-graph.js';
export type { NamedTensors } from '../tensors.js';
