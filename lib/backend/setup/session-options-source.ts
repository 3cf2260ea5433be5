/** A C++ header that lets a session be opened with a configuration. */

/**
 * Included before tfjs's binding.
 *
 * The binding opens a saved graph with TF_NewSessionOptions() and no way to configure it. Here that
 * call also reads a serialised ConfigProto, in hexadecimal digits, from the environment; `lib/runtime/graph/session-config.ts` writes
 * it.
 */
export const SESSION_OPTIONS_SOURCE = `
#include <cstdlib>
#include <string>
#include "tensorflow/c/c_api.h"

static inline TF_SessionOptions* AutodeeplabSessionOptions() {
  TF_SessionOptions* options = TF_NewSessionOptions();
  const char* digits = std::getenv("AUTODEEPLAB_SESSION_CONFIG");
  if (digits == nullptr) return options;
  std::string bytes;
  for (; digits[0] != 0 && digits[1] != 0; digits += 2) {
    const char pair[3] = {digits[0], digits[1], 0};
    bytes.push_back(static_cast<char>(std::strtol(pair, nullptr, 16)));
  }
  TF_Status* status = TF_NewStatus();
  TF_SetConfig(options, bytes.data(), bytes.size(), status);
  TF_DeleteStatus(status);
  return options;
}
#define TF_NewSessionOptions AutodeeplabSessionOptions
`;
