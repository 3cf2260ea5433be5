// What our build adds to tfjs's binding; `binding-changes.ts` puts the calls into its source.
#ifndef AUTODEEPLAB_BINDING_H_
#define AUTODEEPLAB_BINDING_H_

#include <node_api.h>

#include <set>
#include <string>

#include "tensorflow/c/c_api.h"

namespace autodeeplab {

// The names of our operations that this process has.
inline std::set<std::string>& Operations() {
  static std::set<std::string> names;
  return names;
}

// Exports those names as an array `ownOperations`.
inline void ExportOperations(napi_env env, napi_value exports) {
  napi_value names, name;
  uint32_t count = 0;
  napi_create_array(env, &names);
  for (const std::string& operation : Operations()) {
    napi_create_string_utf8(env, operation.c_str(), operation.size(), &name);
    napi_set_element(env, names, count++, name);
  }
  napi_set_named_property(env, exports, "ownOperations", names);
}

// Exports `startServer` and `listDevices` (`server.cc`).
void ExportServer(napi_env env, napi_value exports);

// Exports `profileRuns` and `lastRun` (`profile.cc`).
void ExportProfile(napi_env env, napi_value exports);

// What a session call is given so that TensorFlow notes it; null unless that was asked for.
const TF_Buffer* RunOptions();
TF_Buffer* RunMetadata();

// Exports `openSession` and what goes with it (`session.cc`).
void ExportSessions(napi_env env, napi_value exports);

// The bytes of a Uint8Array; false, with an error thrown, if it is not one.
inline bool Bytes(napi_env env, napi_value value, const void** data, size_t* length) {
  void* start = nullptr;
  napi_value buffer;
  size_t offset;
  napi_typedarray_type type;
  if (napi_get_typedarray_info(env, value, &type, length, &start, &buffer, &offset) != napi_ok ||
      type != napi_uint8_array) {
    napi_throw_type_error(env, nullptr, "expected a Uint8Array");
    return false;
  }
  *data = start;
  return true;
}

}  // namespace autodeeplab

#endif  // AUTODEEPLAB_BINDING_H_
