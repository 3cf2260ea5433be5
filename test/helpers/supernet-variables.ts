/** Variables of a supernet as the PyTorch reference names them; shipped, since `doctor --verify` needs them. */
export * from '../../lib/verify/supernet-variables.js';
