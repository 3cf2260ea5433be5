// Sessions that take their graph as bytes, part by part, and compute on a thread of Node's pool or on the
// caller's. tfjs's own read it from a file, build it twice, and hold up Node's event loop.
//
// TensorFlow calls this part of its C API deprecated: it is the one that names nodes instead of asking for
// a second copy of the graph to point into.
#include <memory>
#include <string>
#include <vector>

#include "binding.h"
#include "tfjs_backend.h"

namespace autodeeplab {
namespace {

// A status that is freed.
class Status {
 public:
  Status() : status_(TF_NewStatus()) {}
  Status(const Status&) = delete;
  ~Status() { TF_DeleteStatus(status_); }
  TF_Status* get() const { return status_; }
  bool ok() const { return TF_GetCode(status_) == TF_OK; }
  const char* message() const { return TF_Message(status_); }

 private:
  TF_Status* status_;
};

// A session; a call that is under way keeps it.
struct Session {
  TF_DeprecatedSession* session = nullptr;

  Session() = default;
  Session(const Session&) = delete;
  // It is not closed first: on a server that would wait for its workers, of which one may be dead.
  ~Session() {
    if (session == nullptr) return;
    Status status;
    TF_DeleteDeprecatedSession(session, status.get());
  }
};

using Handle = std::shared_ptr<Session>;

// One call: what it reads, and what it gave.
struct Call {
  Handle session;
  std::vector<std::string> feeds, fetches;
  std::vector<TF_Tensor*> inputs, outputs;
  const TF_Buffer* options = nullptr;
  TF_Buffer* metadata = nullptr;
  Status status;
  napi_async_work work = nullptr;
  napi_deferred deferred = nullptr;

  ~Call() {
    for (TF_Tensor* tensor : inputs) TF_DeleteTensor(tensor);
    for (TF_Tensor* tensor : outputs) {
      if (tensor != nullptr) TF_DeleteTensor(tensor);
    }
  }

  // Runs on any thread.
  void Run() {
    std::vector<const char*> fed, fetched;
    for (const std::string& name : feeds) fed.push_back(name.c_str());
    for (const std::string& name : fetches) fetched.push_back(name.c_str());
    outputs.assign(fetches.size(), nullptr);
    TF_Run(session->session, options, fed.data(), inputs.data(), static_cast<int>(fed.size()),
           fetched.data(), outputs.data(), static_cast<int>(fetched.size()), nullptr, 0, metadata,
           status.get());
  }
};

std::string Text(napi_env env, napi_value value) {
  size_t length = 0;
  napi_get_value_string_utf8(env, value, nullptr, 0, &length);
  std::string text(length, 0);
  napi_get_value_string_utf8(env, value, &text[0], length + 1, &length);
  return text;
}

std::vector<napi_value> Elements(napi_env env, napi_value array) {
  uint32_t length = 0;
  napi_get_array_length(env, array, &length);
  std::vector<napi_value> elements(length);
  for (uint32_t i = 0; i < length; ++i) napi_get_element(env, array, i, &elements[i]);
  return elements;
}

std::vector<std::string> Texts(napi_env env, napi_value array) {
  std::vector<std::string> texts;
  for (napi_value element : Elements(env, array)) texts.push_back(Text(env, element));
  return texts;
}

// The session behind an argument; null, with an error thrown, if it is closed.
Handle SessionOf(napi_env env, napi_value value) {
  void* data = nullptr;
  napi_get_value_external(env, value, &data);
  Handle session = data == nullptr ? nullptr : *static_cast<Handle*>(data);
  if (session == nullptr) napi_throw_error(env, nullptr, "expected a session that is open");
  return session;
}

tfnodejs::TFJSBackend* Backend(napi_env env) {
  void* data = nullptr;
  napi_get_instance_data(env, &data);
  return static_cast<tfnodejs::TFJSBackend*>(data);
}

// The call that the arguments (session, feeds, tensors, fetches) describe: names of values to feed, tfjs's
// numbers of their tensors, and names of values to fetch. Null, with an error thrown, if it cannot be made.
std::unique_ptr<Call> CallOf(napi_env env, napi_callback_info info) {
  size_t count = 4;
  napi_value arguments[4];
  napi_get_cb_info(env, info, &count, arguments, nullptr, nullptr);
  std::unique_ptr<Call> call(new Call);
  call->session = SessionOf(env, arguments[0]);
  if (call->session == nullptr) return nullptr;
  call->feeds = Texts(env, arguments[1]);
  call->fetches = Texts(env, arguments[3]);
  call->options = RunOptions();
  call->metadata = RunMetadata();
  const auto& handles = Backend(env)->tfe_handle_map_;
  for (napi_value element : Elements(env, arguments[2])) {
    int32_t id = 0;
    napi_get_value_int32(env, element, &id);
    const auto found = handles.find(id);
    TF_Tensor* tensor = found == handles.end()
                            ? nullptr
                            : TFE_TensorHandleResolve(found->second, call->status.get());
    if (tensor == nullptr) {
      napi_throw_error(env, nullptr, "expected tensors that the backend has");
      return nullptr;
    }
    call->inputs.push_back(tensor);
  }
  if (call->inputs.size() != call->feeds.size()) {
    napi_throw_error(env, nullptr, "expected a tensor for each value to feed");
    return nullptr;
  }
  return call;
}

std::string Failure(const Call& call) {
  return std::string("Session fail to run with error: ") + call.status.message();
}

// The outputs of a call that ended well, as tfjs's backend describes tensors.
napi_value Outputs(napi_env env, Call& call) {
  napi_value infos;
  napi_create_array_with_length(env, call.outputs.size(), &infos);
  for (size_t i = 0; i < call.outputs.size(); ++i) {
    Status status;
    TFE_TensorHandle* handle = TFE_NewTensorHandle(call.outputs[i], status.get());
    napi_set_element(env, infos, static_cast<uint32_t>(i),
                     Backend(env)->GenerateOutputTensorInfo(env, handle));
  }
  return infos;
}

// openSession(config, target): a session without a graph, by a serialised ConfigProto, on a server or, if the
// target is empty, in this process.
napi_value OpenSession(napi_env env, napi_callback_info info) {
  size_t count = 2, length = 0;
  const void* data = nullptr;
  napi_value arguments[2], result = nullptr;
  napi_get_cb_info(env, info, &count, arguments, nullptr, nullptr);
  if (!Bytes(env, arguments[0], &data, &length)) return nullptr;
  Status status;
  TF_SessionOptions* options = TF_NewSessionOptions();
  TF_SetTarget(options, Text(env, arguments[1]).c_str());
  TF_SetConfig(options, data, length, status.get());
  Handle session = std::make_shared<Session>();
  if (status.ok()) session->session = TF_NewDeprecatedSession(options, status.get());
  TF_DeleteSessionOptions(options);
  if (!status.ok()) {
    napi_throw_error(env, nullptr, status.message());
    return nullptr;
  }
  napi_create_external(
      env, new Handle(std::move(session)),
      [](napi_env, void* handle, void*) { delete static_cast<Handle*>(handle); }, nullptr, &result);
  return result;
}

// extendSession(session, graph): adds the nodes of a serialised GraphDef.
napi_value ExtendSession(napi_env env, napi_callback_info info) {
  size_t count = 2, length = 0;
  const void* data = nullptr;
  napi_value arguments[2];
  napi_get_cb_info(env, info, &count, arguments, nullptr, nullptr);
  const Handle session = SessionOf(env, arguments[0]);
  if (session == nullptr || !Bytes(env, arguments[1], &data, &length)) return nullptr;
  Status status;
  TF_ExtendGraph(session->session, data, length, status.get());
  if (!status.ok()) napi_throw_error(env, nullptr, status.message());
  return nullptr;
}

// runSession(session, feeds, tensors, fetches): the outputs.
napi_value RunSession(napi_env env, napi_callback_info info) {
  const std::unique_ptr<Call> call = CallOf(env, info);
  if (call == nullptr) return nullptr;
  call->Run();
  if (call->status.ok()) return Outputs(env, *call);
  napi_throw_error(env, nullptr, Failure(*call).c_str());
  return nullptr;
}

void Settle(napi_env env, napi_status ended, void* data) {
  const std::unique_ptr<Call> call(static_cast<Call*>(data));
  napi_delete_async_work(env, call->work);
  if (ended == napi_ok && call->status.ok()) {
    napi_resolve_deferred(env, call->deferred, Outputs(env, *call));
    return;
  }
  const std::string text = Failure(*call);
  napi_value message, error;
  napi_create_string_utf8(env, text.c_str(), text.size(), &message);
  napi_create_error(env, nullptr, message, &error);
  napi_reject_deferred(env, call->deferred, error);
}

// startSession(session, feeds, tensors, fetches): a promise of the outputs. A process that is told to exit
// waits for the call, since it waits for Node's threads.
napi_value StartSession(napi_env env, napi_callback_info info) {
  std::unique_ptr<Call> call = CallOf(env, info);
  if (call == nullptr) return nullptr;
  napi_value promise, name;
  napi_create_promise(env, &call->deferred, &promise);
  napi_create_string_utf8(env, "autodeeplab", NAPI_AUTO_LENGTH, &name);
  napi_create_async_work(
      env, nullptr, name, [](napi_env, void* data) { static_cast<Call*>(data)->Run(); }, Settle,
      call.get(), &call->work);
  napi_queue_async_work(env, call.release()->work);
  return promise;
}

// closeSession(session): frees it, once no call is under way.
napi_value CloseSession(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value argument;
  void* data = nullptr;
  napi_get_cb_info(env, info, &count, &argument, nullptr, nullptr);
  napi_get_value_external(env, argument, &data);
  if (data != nullptr) static_cast<Handle*>(data)->reset();
  return nullptr;
}

}  // namespace

void ExportSessions(napi_env env, napi_value exports) {
  const struct {
    const char* name;
    napi_callback call;
  } functions[] = {{"openSession", OpenSession},
                   {"extendSession", ExtendSession},
                   {"runSession", RunSession},
                   {"startSession", StartSession},
                   {"closeSession", CloseSession}};
  for (const auto& function : functions) {
    napi_value value;
    napi_create_function(env, function.name, NAPI_AUTO_LENGTH, function.call, nullptr, &value);
    napi_set_named_property(env, exports, function.name, value);
  }
}

}  // namespace autodeeplab
