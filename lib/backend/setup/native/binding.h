// What our build adds to tfjs's binding; `binding-changes.ts` puts the calls into its source.
#ifndef AUTODEEPLAB_BINDING_H_
#define AUTODEEPLAB_BINDING_H_

#include <node_api.h>

#include <fstream>
#include <iterator>
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

// The content of a file; empty if there is none.
inline std::string Content(const std::string& name) {
  std::ifstream file(name, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Configures a session by what may lie beside its graph, which `lib/runtime/graph/session-config.ts`
// writes: a serialised ConfigProto, and the server that the session is opened on. False if the first is
// not one.
inline bool Configure(TF_SessionOptions* options, const std::string& folder) {
  const std::string target = Content(folder + "/session-target.txt");
  if (!target.empty()) TF_SetTarget(options, target.c_str());
  const std::string bytes = Content(folder + "/session-config.pb");
  if (bytes.empty()) return true;
  TF_Status* status = TF_NewStatus();
  TF_SetConfig(options, bytes.data(), bytes.size(), status);
  const bool done = TF_GetCode(status) == TF_OK;
  TF_DeleteStatus(status);
  return done;
}

}  // namespace autodeeplab

#endif  // AUTODEEPLAB_BINDING_H_
