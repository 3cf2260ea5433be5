// A small addon that is loaded before TensorFlow. It silences TensorFlow's start and sets variables
// of the process: in a worker thread, process.env is a copy that TensorFlow does not see.
//
// TensorFlow 2.21 writes a few lines to stderr when its libraries start, whatever
// TF_CPP_MIN_LOG_LEVEL says: only a part of its messages follow that variable. This addon links the
// framework library, which holds the logging, and defines the function that the logging asks for
// its level. Loaded before anything else, its definition overrides the library's own (on Linux;
// elsewhere it changes nothing).
#include <node_api.h>

#include <cstdlib>
#include <string>

#include "absl/log/globals.h"

absl::LogSeverityAtLeast absl::MinLogLevel() {
  static const char* const level = std::getenv("TF_CPP_MIN_LOG_LEVEL");
  return level ? static_cast<absl::LogSeverityAtLeast>(std::atoi(level))
               : absl::LogSeverityAtLeast::kError;
}

namespace {

std::string Text(napi_env env, napi_value value) {
  size_t length = 0;
  napi_get_value_string_utf8(env, value, nullptr, 0, &length);
  std::string text(length, 0);
  napi_get_value_string_utf8(env, value, &text[0], length + 1, &length);
  return text;
}

// setDefault(name, value): sets a variable that is not set; returns the value that it has then.
// Variables are never changed: other threads may be reading them.
napi_value SetDefault(napi_env env, napi_callback_info info) {
  size_t count = 2;
  napi_value arguments[2], result = nullptr;
  napi_get_cb_info(env, info, &count, arguments, nullptr, nullptr);
  const std::string name = Text(env, arguments[0]);
  setenv(name.c_str(), Text(env, arguments[1]).c_str(), 0);
  napi_create_string_utf8(env, std::getenv(name.c_str()), NAPI_AUTO_LENGTH, &result);
  return result;
}

}  // namespace

NAPI_MODULE_INIT() {
  napi_value function;
  napi_create_function(env, "setDefault", NAPI_AUTO_LENGTH, SetDefault, nullptr, &function);
  napi_set_named_property(env, exports, "setDefault", function);
  return exports;
}
