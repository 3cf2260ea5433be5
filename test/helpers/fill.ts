/** Tensor values from a name alone, of which the fixtures are computed; shipped, since `doctor --verify` needs them. */
export * from '../../lib/verify/fill.js';
