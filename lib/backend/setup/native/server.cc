// TensorFlow's grpc server: what it runs is told by sessions of other processes, or of this one.
#include <string>

#include "binding.h"

namespace autodeeplab {
namespace {

// Throws what a status says; false if it says that all is well.
bool Thrown(napi_env env, TF_Status* status) {
  if (TF_GetCode(status) == TF_OK) return false;
  napi_throw_error(env, nullptr, TF_Message(status));
  return true;
}

// startServer(serverDef): starts a server by a serialised ServerDef; returns the target of sessions. It
// runs until the process ends: TensorFlow's grpc server cannot be stopped.
napi_value StartServer(napi_env env, napi_callback_info info) {
  size_t count = 1, length = 0;
  const void* data = nullptr;
  napi_value argument, target = nullptr;
  napi_get_cb_info(env, info, &count, &argument, nullptr, nullptr);
  if (!Bytes(env, argument, &data, &length)) return nullptr;
  TF_Status* status = TF_NewStatus();
  TF_Server* server = TF_NewServer(data, length, status);
  if (TF_GetCode(status) == TF_OK) TF_ServerStart(server, status);
  if (!Thrown(env, status)) {
    napi_create_string_utf8(env, TF_ServerTarget(server), NAPI_AUTO_LENGTH, &target);
  }
  TF_DeleteStatus(status);
  return target;
}

// listDevices(target, config): the names of the devices that a session with a serialised ConfigProto has.
napi_value ListDevices(napi_env env, napi_callback_info info) {
  size_t count = 2, length = 0;
  const void* data = nullptr;
  napi_value arguments[2], names = nullptr;
  napi_get_cb_info(env, info, &count, arguments, nullptr, nullptr);
  if (!Bytes(env, arguments[1], &data, &length)) return nullptr;
  size_t size = 0;
  napi_get_value_string_utf8(env, arguments[0], nullptr, 0, &size);
  std::string target(size, 0);
  napi_get_value_string_utf8(env, arguments[0], &target[0], size + 1, &size);

  TF_Status* status = TF_NewStatus();
  TF_Graph* graph = TF_NewGraph();
  TF_SessionOptions* options = TF_NewSessionOptions();
  TF_SetTarget(options, target.c_str());
  TF_SetConfig(options, data, length, status);
  TF_Session* session = nullptr;
  if (TF_GetCode(status) == TF_OK) session = TF_NewSession(graph, options, status);
  TF_DeleteSessionOptions(options);
  if (!Thrown(env, status)) {
    TF_DeviceList* devices = TF_SessionListDevices(session, status);
    if (!Thrown(env, status)) {
      napi_create_array(env, &names);
      for (int i = 0; i < TF_DeviceListCount(devices); ++i) {
        napi_value name;
        const char* text = TF_DeviceListName(devices, i, status);
        napi_create_string_utf8(env, text, NAPI_AUTO_LENGTH, &name);
        napi_set_element(env, names, i, name);
      }
      TF_DeleteDeviceList(devices);
    }
    TF_DeleteSession(session, status);
  }
  TF_DeleteGraph(graph);
  TF_DeleteStatus(status);
  return names;
}

}  // namespace

void ExportServer(napi_env env, napi_value exports) {
  napi_value function;
  napi_create_function(env, "startServer", NAPI_AUTO_LENGTH, StartServer, nullptr, &function);
  napi_set_named_property(env, exports, "startServer", function);
  napi_create_function(env, "listDevices", NAPI_AUTO_LENGTH, ListDevices, nullptr, &function);
  napi_set_named_property(env, exports, "listDevices", function);
}

}  // namespace autodeeplab
