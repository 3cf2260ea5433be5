// What our kernels share: the part of TensorFlow's C API that they need, and their registration.
#ifndef AUTODEEPLAB_KERNEL_H_
#define AUTODEEPLAB_KERNEL_H_

#include <cstdint>
#include <cstring>
#include <initializer_list>

#include "binding.h"
#include "tensorflow/c/ops.h"
#include "tensorflow/c/tf_datatype.h"
#include "tensorflow/c/tf_status.h"
#include "tensorflow/c/tf_tensor.h"

// What is used of tensorflow/c/kernels.h, which includes headers that few have.
extern "C" {
typedef struct TF_KernelBuilder TF_KernelBuilder;
typedef struct TF_OpKernelConstruction TF_OpKernelConstruction;
typedef struct TF_OpKernelContext TF_OpKernelContext;
TF_KernelBuilder* TF_NewKernelBuilder(const char* operation, const char* device,
                                      void* (*create)(TF_OpKernelConstruction*),
                                      void (*compute)(void*, TF_OpKernelContext*),
                                      void (*release)(void*));
void TF_RegisterKernelBuilder(const char* kernel, TF_KernelBuilder* builder, TF_Status* status);
TF_Buffer* TF_GetRegisteredKernelsForOp(const char* name, TF_Status* status);
void TF_GetInput(TF_OpKernelContext* context, int i, TF_Tensor** tensor, TF_Status* status);
void TF_OpKernelConstruction_Failure(TF_OpKernelConstruction* construction, TF_Status* status);
void TF_OpKernelContext_Failure(TF_OpKernelContext* context, TF_Status* status);
void TF_OpKernelConstruction_GetAttrFloat(TF_OpKernelConstruction* construction, const char* name,
                                          float* value, TF_Status* status);
void TF_OpKernelConstruction_GetAttrInt64(TF_OpKernelConstruction* construction, const char* name,
                                          int64_t* value, TF_Status* status);
TF_Tensor* TF_AllocateOutput(TF_OpKernelContext* context, int index, TF_DataType type,
                             const int64_t* shape, int dimensions, size_t bytes, TF_Status* status);
}

namespace autodeeplab {

#define ALWAYS_INLINE inline __attribute__((always_inline))

// Defines a function `name` that calls the template `body` with the widest vectors of this machine:
// `body<lanes>(arguments)`.
#if defined(__x86_64__)
#define DEFINE_DISPATCH(name, body, parameters, arguments)                                       \
  __attribute__((target("avx512f"))) static void name##Avx512 parameters { body<16> arguments; } \
  __attribute__((target("avx2,fma"))) static void name##Avx2 parameters { body<8> arguments; }   \
  static void name##Plain parameters { body<4> arguments; }                                      \
  static void name parameters {                                                                  \
    static const bool avx512 = __builtin_cpu_supports("avx512f");                                \
    static const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");    \
    avx512 ? name##Avx512 arguments : avx2 ? name##Avx2 arguments : name##Plain arguments;       \
  }
#else
#define DEFINE_DISPATCH(name, body, parameters, arguments) \
  static void name parameters { body<4> arguments; }
#endif

// A number in bfloat16: the upper half of the bits of a float.
struct BFloat16 {
  uint16_t bits;
};

ALWAYS_INLINE float ToFloat(float x) { return x; }
ALWAYS_INLINE float ToFloat(BFloat16 x) {
  const uint32_t bits = static_cast<uint32_t>(x.bits) << 16;
  float value;
  std::memcpy(&value, &bits, sizeof(value));
  return value;
}

ALWAYS_INLINE void Store(float value, float* to) { *to = value; }
// Rounds to the nearest, to even where two are.
ALWAYS_INLINE void Store(float value, BFloat16* to) {
  uint32_t bits;
  std::memcpy(&bits, &value, sizeof(bits));
  const uint32_t rounded = (bits + 0x7fff + ((bits >> 16) & 1)) >> 16;
  to->bits = static_cast<uint16_t>(value != value ? 0x7fc0 : rounded);
}

template <typename Number, int lanes>
struct VectorOf {
  typedef Number type __attribute__((vector_size(lanes * sizeof(Number))));
};

// As many numbers as a vector of floats has.
template <typename V>
ALWAYS_INLINE V LoadVector(const float* from) {
  V value;
  std::memcpy(&value, from, sizeof(value));
  return value;
}
template <typename V>
ALWAYS_INLINE V LoadVector(const BFloat16* from) {
  constexpr int lanes = sizeof(V) / sizeof(float);
  typedef typename VectorOf<uint32_t, lanes>::type Wholes;
  typename VectorOf<uint16_t, lanes>::type halves;
  std::memcpy(&halves, from, sizeof(halves));
  const Wholes bits = __builtin_convertvector(halves, Wholes) << 16;
  V value;
  std::memcpy(&value, &bits, sizeof(value));
  return value;
}

// TensorFlow's name of a type.
inline TF_DataType TypeOf(const float*) { return TF_FLOAT; }
inline TF_DataType TypeOf(const BFloat16*) { return TF_BFLOAT16; }

// An image, [batch, height, width, channels].
struct Image {
  int64_t batch, height, width, channels;
};

// The operands and results of one call; a first failure is kept and reported.
class Call {
 public:
  explicit Call(TF_OpKernelContext* context) : context_(context), status_(TF_NewStatus()) {}
  Call(const Call&) = delete;
  ~Call() {
    for (int i = 0; i < count_; i++) TF_DeleteTensor(tensors_[i]);
    if (TF_GetCode(status_) != TF_OK) TF_OpKernelContext_Failure(context_, status_);
    TF_DeleteStatus(status_);
  }

  template <typename Number = float>
  const Number* Input(int index) {
    TF_Tensor* tensor = Tensor(index);
    const Number* data = Data<Number>(tensor);
    if (tensor != nullptr) Require(TF_TensorType(tensor) == TypeOf(data), "expected operands of one type");
    return data;
  }

  TF_DataType Type(int index) {
    TF_Tensor* tensor = Tensor(index);
    return tensor == nullptr ? TF_FLOAT : TF_TensorType(tensor);
  }

  // The shape of an operand, which must have rank 4.
  Image Size(int index) {
    TF_Tensor* tensor = Tensor(index);
    if (!Require(tensor != nullptr && TF_NumDims(tensor) == 4, "expected an image of rank 4")) return {};
    return {TF_Dim(tensor, 0), TF_Dim(tensor, 1), TF_Dim(tensor, 2), TF_Dim(tensor, 3)};
  }

  template <typename Number = float>
  Number* Output(int index, std::initializer_list<int64_t> shape) {
    if (!Ok()) return nullptr;
    size_t bytes = sizeof(Number);
    for (int64_t size : shape) bytes *= size;
    const TF_DataType type = TypeOf(static_cast<Number*>(nullptr));
    TF_Tensor* tensor = TF_AllocateOutput(context_, index, type, shape.begin(),
                                          static_cast<int>(shape.size()), bytes, status_);
    if (tensor == nullptr) return nullptr;
    return Data<Number>(tensors_[count_++] = tensor);
  }

  bool Require(bool condition, const char* message) {
    if (!condition && Ok()) TF_SetStatus(status_, TF_INVALID_ARGUMENT, message);
    return Ok();
  }

  bool Ok() const { return TF_GetCode(status_) == TF_OK; }

 private:
  TF_Tensor* Tensor(int index) {
    TF_Tensor* tensor = nullptr;
    if (Ok()) TF_GetInput(context_, index, &tensor, status_);
    if (tensor != nullptr) tensors_[count_++] = tensor;
    return tensor;
  }

  template <typename Number>
  static Number* Data(TF_Tensor* tensor) {
    return tensor == nullptr ? nullptr : static_cast<Number*>(TF_TensorData(tensor));
  }

  TF_OpKernelContext* context_;
  TF_Status* status_;
  TF_Tensor* tensors_[16];
  int count_ = 0;
};

inline void UnknownShape(TF_ShapeInferenceContext* context, TF_Status* status) {
  TF_ShapeInferenceContextSetUnknownShape(context, status);
}

// True if TensorFlow has kernels for an operation: those of another copy of this addon.
inline bool IsRegistered(const char* name) {
  TF_Status* status = TF_NewStatus();
  TF_Buffer* kernels = TF_GetRegisteredKernelsForOp(name, status);
  const bool found = TF_GetCode(status) == TF_OK && kernels->length > 0;
  if (kernels != nullptr) TF_DeleteBuffer(kernels);
  TF_DeleteStatus(status);
  return found;
}

// Registers an operation and its kernel on the CPU, unless this process has them: TensorFlow aborts
// at a second registration. `Kernel` is built from a TF_OpKernelConstruction and computes with
// `void Run(Call&) const`.
template <typename Kernel>
bool Register(const char* name, std::initializer_list<const char*> inputs,
              std::initializer_list<const char*> attributes,
              std::initializer_list<const char*> outputs) {
  if (IsRegistered(name)) {
    Operations().insert(name);
    return true;
  }
  TF_Status* status = TF_NewStatus();
  TF_OpDefinitionBuilder* definition = TF_NewOpDefinitionBuilder(name);
  for (const char* input : inputs) TF_OpDefinitionBuilderAddInput(definition, input);
  for (const char* attribute : attributes) TF_OpDefinitionBuilderAddAttr(definition, attribute);
  for (const char* output : outputs) TF_OpDefinitionBuilderAddOutput(definition, output);
  TF_OpDefinitionBuilderSetShapeInferenceFunction(definition, UnknownShape);
  TF_RegisterOpDefinition(definition, status);
  if (TF_GetCode(status) == TF_OK) {
    TF_KernelBuilder* builder = TF_NewKernelBuilder(
        name, "CPU",
        [](TF_OpKernelConstruction* construction) -> void* { return new Kernel(construction); },
        [](void* kernel, TF_OpKernelContext* context) {
          Call call(context);
          static_cast<Kernel*>(kernel)->Run(call);
        },
        [](void* kernel) { delete static_cast<Kernel*>(kernel); });
    TF_RegisterKernelBuilder(name, builder, status);
  }
  const bool done = TF_GetCode(status) == TF_OK;
  TF_DeleteStatus(status);
  if (done) Operations().insert(name);
  return done;
}

// The attribute T of operations whose images may be in either type.
constexpr const char* kImageType = "T: {float, bfloat16} = DT_FLOAT";

// Attributes of an operation.
inline int64_t Integer(TF_OpKernelConstruction* construction, const char* name) {
  TF_Status* status = TF_NewStatus();
  int64_t value = 0;
  TF_OpKernelConstruction_GetAttrInt64(construction, name, &value, status);
  if (TF_GetCode(status) != TF_OK) TF_OpKernelConstruction_Failure(construction, status);
  TF_DeleteStatus(status);
  return value;
}

inline float Float(TF_OpKernelConstruction* construction, const char* name) {
  TF_Status* status = TF_NewStatus();
  float value = 0;
  TF_OpKernelConstruction_GetAttrFloat(construction, name, &value, status);
  if (TF_GetCode(status) != TF_OK) TF_OpKernelConstruction_Failure(construction, status);
  TF_DeleteStatus(status);
  return value;
}

}  // namespace autodeeplab

#endif  // AUTODEEPLAB_KERNEL_H_
