/** What our build changes in the C++ source of tfjs's binding. */
import { BackendError } from '../../errors.js';

/** One change: a text that occurs once, and what stands there instead. */
interface Change {
  readonly from: string;
  readonly to: string;
}

/** Names of attributes are kept in a set that all threads of a process would write to. */
const namesPerThread: Change = {
  from: 'static std::set<std::string> ATTR_NAME_SET;',
  to: 'static thread_local std::set<std::string> ATTR_NAME_SET;',
};

/**
 * A tensor may share the memory of a JavaScript array, with a reference that TensorFlow's threads
 * release; but only the array's own thread may do that. Tensors get a copy instead.
 */
const copiedArrays: readonly Change[] = [
  {
    from: `  NapiAutoRef *auto_ref = new NapiAutoRef();
  nstatus = auto_ref->Init(env, array_value);
  if (nstatus != napi_ok) {
    delete auto_ref;
  }
  ENSURE_NAPI_OK_RETVAL(env, nstatus, nullptr);
`,
    to: '',
  },
  {
    from: `  TF_AutoTensor tensor(TF_NewTensor(dtype, shape, shape_length, array_data,
                                    byte_size, DeallocTensor, auto_ref));
`,
    to: `  TF_AutoTensor tensor(TF_AllocateTensor(dtype, shape, shape_length, byte_size));
  memcpy(TF_TensorData(tensor.tensor), array_data, byte_size);
`,
  },
  {
    from: `    delete auto_ref;
    TFE_DeleteTensorHandle(tfe_tensor_handle);`,
    to: '    TFE_DeleteTensorHandle(tfe_tensor_handle);',
  },
];

/** The library asks for the operations that we add, for TensorFlow's server and for sessions of its own. */
const exported: Change = {
  from: '#undef EXPORT_INT_PROPERTY\n',
  to: '#undef EXPORT_INT_PROPERTY\n\n  autodeeplab::ExportOperations(env, exports);\n  autodeeplab::ExportServer(env, exports);\n  autodeeplab::ExportProfile(env, exports);\n  autodeeplab::ExportSessions(env, exports);\n',
};

/** Our sessions take tensors from tfjs's table, and put theirs there. */
const openTable: Change = {
  from: ' private:\n  TFJSBackend(napi_env env);\n',
  to: ' public:\n  TFJSBackend(napi_env env);\n',
};

const header: Change = {
  from: '#include "utils.h"\n',
  to: '#include "utils.h"\n#include "binding.h"\n',
};

/** The changes by file of tfjs's binding. */
const CHANGES: Readonly<Record<string, readonly Change[]>> = {
  'tfjs_backend.cc': [header, namesPerThread, ...copiedArrays],
  'tfjs_backend.h': [openTable],
  'tfjs_binding.cc': [header, exported],
};

/** The files of tfjs's binding that are changed. */
export const BINDING_FILES = Object.keys(CHANGES);

/**
 * The source of a file of tfjs's binding as our build compiles it.
 *
 * @param name - one of {@link BINDING_FILES}
 * @param source - the file as it is in the package
 * @throws {@link BackendError} if the source is not the one that the changes were written for
 */
export function changeBinding(name: string, source: string): string {
  return CHANGES[name].reduce((text, { from, to }) => {
    const parts = text.split(from);
    if (parts.length !== 2) {
      throw new BackendError(
        `${name} of tfjs's binding: expected once "${from.trim().split('\n')[0]}", ` +
          `found it ${parts.length - 1} times; install the version that this library names`,
      );
    }
    return parts.join(to);
  }, source);
}
