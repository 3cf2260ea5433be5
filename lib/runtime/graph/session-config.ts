/**
 * How TensorFlow treats a graph when a session opens it.
 *
 * The C++ binding of tfjs opens sessions without a configuration. The binding that our set-up
 * builds reads one from an environment variable; with another binding, sessions only start slower.
 */
import { Message } from '../../files/protobuf.js';

/** The environment variable that the binding reads: a ConfigProto, in hexadecimal digits. */
export const SESSION_CONFIG_VARIABLE = 'AUTODEEPLAB_SESSION_CONFIG';

/** Choices for one session. */
export interface SessionOptions {
  /**
   * Whether TensorFlow rewrites the graph first (Grappler).
   *
   * This joins convolution, normalisation and activation at inference. For the tens of thousands of
   * nodes of a training step it takes minutes and gains nothing.
   */
  readonly rewrite: boolean;
  /** The session's own threads: within one kernel, and for kernels in parallel. */
  readonly threads: { readonly intra: number; readonly inter: number };
}

/** Field numbers of `config.proto` and `rewriter_config.proto`. */
const INTRA_THREADS = 2;
const INTER_THREADS = 5;
const OWN_THREADS = 9;
const GRAPH_OPTIONS = 10;
const REWRITE_OPTIONS = 10;
const DISABLE_META_OPTIMIZER = 19;

/** The configuration as the binding reads it. */
export function sessionConfig({ rewrite, threads }: SessionOptions): string {
  const rewriter = new Message().boolean(DISABLE_META_OPTIMIZER, !rewrite);
  const graph = new Message().message(REWRITE_OPTIONS, rewriter);
  const config = new Message()
    .integer(INTRA_THREADS, threads.intra)
    .integer(INTER_THREADS, threads.inter)
    .boolean(OWN_THREADS, true)
    .message(GRAPH_OPTIONS, graph);
  return Buffer.from(config.finish()).toString('hex');
}

/** Runs `open` with the configuration where the binding reads it. */
export function withSessionConfig<T>(options: SessionOptions, open: () => T): T {
  const previous = process.env[SESSION_CONFIG_VARIABLE];
  process.env[SESSION_CONFIG_VARIABLE] = sessionConfig(options);
  try {
    return open();
  } finally {
    if (previous === undefined) {
      Reflect.deleteProperty(process.env, SESSION_CONFIG_VARIABLE);
    } else {
      process.env[SESSION_CONFIG_VARIABLE] = previous;
    }
  }
}
