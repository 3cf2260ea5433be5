/**
 * The errors that this library throws. Each message reads `where: expected X, got Y; what to do`;
 * the command line prints it as one line and exits with a code other than zero. Options that a message
 * advises are written as scripts write them, `option batchSize` or `{ workers: 0 }`; the command line
 * prints them as its flags (`cli/advice.ts`).
 */

/** The base of every error that this library throws on purpose. */
export class AutoDeepLabError extends Error {
  override readonly name: string = 'AutoDeepLabError';
}

/** An option, a preset, an architecture document or another setting is not usable. */
export class ConfigError extends AutoDeepLabError {
  override readonly name = 'ConfigError';
}

/** A tensor, an image or a network input has a size that cannot work. */
export class ShapeError extends AutoDeepLabError {
  override readonly name = 'ShapeError';
}

/** A file or a folder is missing, unreadable or holds something unexpected. */
export class DataError extends AutoDeepLabError {
  override readonly name: string = 'DataError';

  /**
   * @param message - what was expected, what came, what to do
   * @param file - the file or folder at fault, if there is one
   */
  constructor(
    message: string,
    readonly file?: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** A loss, gradient or statistic became NaN or infinite. */
export class NumericError extends AutoDeepLabError {
  override readonly name = 'NumericError';
}

/** A backend, an operation or a native library is missing on this machine. */
export class BackendError extends AutoDeepLabError {
  override readonly name = 'BackendError';
}
