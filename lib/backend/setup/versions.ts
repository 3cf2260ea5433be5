/** What the native set-up builds, in exact versions. */

/** The TensorFlow whose C library is taken from its Python wheel. */
export const TENSORFLOW_VERSION = '2.21.0';

/**
 * A Python version for which wheels of {@link TENSORFLOW_VERSION} exist. The C library is the same
 * in all of them, so a machine with another Python takes this one.
 */
export const WHEEL_PYTHON = '3.11';

/** C headers of Node-API from npm, for a Node that was installed without its headers. */
export const NODE_API_HEADERS = 'node-api-headers@1.9.0';

/** Counts the changes of our own C++ (`quiet-source.ts`, `session-options-source.ts`, `native/`). */
export const ADDON_REVISION = 4;
