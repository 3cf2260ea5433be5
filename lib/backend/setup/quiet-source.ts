/**
 * Source of a small addon that silences TensorFlow while it is loaded.
 *
 * TensorFlow 2.21 writes a few lines to stderr when its libraries start, whatever
 * TF_CPP_MIN_LOG_LEVEL says: only a part of its messages follow that variable. This addon links the
 * framework library, which holds the logging, and defines the function that the logging asks for
 * its level. Loaded before anything else, its definition overrides the library's own (on Linux;
 * elsewhere it changes nothing).
 */
export const QUIET_SOURCE = `
#include <cstdlib>
#include <node_api.h>
#include "absl/log/globals.h"

absl::LogSeverityAtLeast absl::MinLogLevel() {
  static const char *const level = std::getenv("TF_CPP_MIN_LOG_LEVEL");
  return static_cast<absl::LogSeverityAtLeast>(level ? std::atoi(level) : 0);
}

NAPI_MODULE_INIT() { return exports; }
`;
