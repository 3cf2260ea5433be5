// What TensorFlow notes of session calls, for profiles: off unless it is asked for.
#include "binding.h"

namespace autodeeplab {
namespace {

// A serialised RunOptions with trace_level FULL_TRACE: times of every node.
constexpr char kFullTrace[] = {8, 3};

// Null while it is off. JavaScript calls from one thread at a time; each thread has its own.
thread_local TF_Buffer* options = nullptr;
thread_local TF_Buffer* metadata = nullptr;

// profileRuns(isOn): whether TensorFlow notes the calls that follow.
napi_value ProfileRuns(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value argument;
  bool is_on = false;
  napi_get_cb_info(env, info, &count, &argument, nullptr, nullptr);
  napi_get_value_bool(env, argument, &is_on);
  for (TF_Buffer** buffer : {&options, &metadata}) {
    if (*buffer != nullptr) TF_DeleteBuffer(*buffer);
    *buffer = nullptr;
  }
  if (is_on) {
    options = TF_NewBufferFromString(kFullTrace, sizeof(kFullTrace));
    metadata = TF_NewBuffer();
  }
  return nullptr;
}

// lastRun(): the serialised RunMetadata of the last call; empty if there was none.
napi_value LastRun(napi_env env, napi_callback_info) {
  napi_value copy;
  const bool is_empty = metadata == nullptr || metadata->data == nullptr;
  napi_create_buffer_copy(env, is_empty ? 0 : metadata->length,
                          is_empty ? "" : metadata->data, nullptr, &copy);
  return copy;
}

}  // namespace

const TF_Buffer* RunOptions() { return options; }

// A buffer takes the notes of one call.
TF_Buffer* RunMetadata() {
  if (metadata != nullptr && metadata->data != nullptr) {
    TF_DeleteBuffer(metadata);
    metadata = TF_NewBuffer();
  }
  return metadata;
}

void ExportProfile(napi_env env, napi_value exports) {
  napi_value function;
  napi_create_function(env, "profileRuns", NAPI_AUTO_LENGTH, ProfileRuns, nullptr, &function);
  napi_set_named_property(env, exports, "profileRuns", function);
  napi_create_function(env, "lastRun", NAPI_AUTO_LENGTH, LastRun, nullptr, &function);
  napi_set_named_property(env, exports, "lastRun", function);
}

}  // namespace autodeeplab
