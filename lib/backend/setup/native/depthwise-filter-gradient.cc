// The filter gradient of a depthwise convolution, stride 1, rate 1, symmetric padding:
//
//     df[a, b, c] = sum over n, i, j of x[n, i + a - p, j + b - p, c] * dy[n, i, j, c],  p = (k - 1) / 2
//
// TensorFlow's own kernel takes ten times longer for 5x5 filters than for 3x3. Here the sums of one
// row of taps stay in registers while a row of the image passes by. x and dy are floats or bfloat16; sums and
// df are floats.
#include "kernel.h"

namespace autodeeplab {
namespace {

template <int lanes, typename Number>
ALWAYS_INLINE typename VectorOf<float, lanes>::type Load(const Number* from) {
  return LoadVector<typename VectorOf<float, lanes>::type>(from);
}

// One row of the image against one row of taps, for `lanes` channels. `x` and `dy` point at the
// channels of the rows' first pixels. Even and odd columns have sums of their own, so that one
// multiplication need not wait for the last.
template <int lanes, int kernel, typename Number>
ALWAYS_INLINE void AddRow(const Number* x, const Number* dy, int64_t width, int64_t step,
                          typename VectorOf<float, lanes>::type* sums) {
  typedef typename VectorOf<float, lanes>::type V;
  constexpr int pad = (kernel - 1) / 2;
  V even[kernel], odd[kernel];
  for (int b = 0; b < kernel; b++) {
    even[b] = sums[b];
    odd[b] = V{};
  }
  const auto checked = [&](int64_t j) __attribute__((always_inline)) {
    const V d = Load<lanes>(dy + j * step);
    for (int b = 0; b < kernel; b++) {
      const int64_t column = j + b - pad;
      if (column >= 0 && column < width) even[b] += d * Load<lanes>(x + column * step);
    }
  };
  int64_t j = 0;
  for (; j < pad && j < width; j++) checked(j);
  for (; j + 1 + pad < width; j += 2) {
    const V d0 = Load<lanes>(dy + j * step);
    const V d1 = Load<lanes>(dy + (j + 1) * step);
    V window[kernel + 1];
    for (int b = 0; b <= kernel; b++) window[b] = Load<lanes>(x + (j + b - pad) * step);
    for (int b = 0; b < kernel; b++) {
      even[b] += d0 * window[b];
      odd[b] += d1 * window[b + 1];
    }
  }
  for (; j < width; j++) checked(j);
  for (int b = 0; b < kernel; b++) sums[b] = even[b] + odd[b];
}

// All pixels, for `lanes` channels from `channel` on.
template <int lanes, int kernel, typename Number>
ALWAYS_INLINE void Channels(const Number* x, const Number* dy, const Image& size, int64_t channel,
                            float* filter) {
  typedef typename VectorOf<float, lanes>::type V;
  constexpr int pad = (kernel - 1) / 2;
  V sums[kernel][kernel] = {};
  const int64_t row = size.width * size.channels;
  for (int64_t n = 0; n < size.batch; n++) {
    for (int64_t i = 0; i < size.height; i++) {
      const Number* gradients = dy + (n * size.height + i) * row + channel;
      for (int a = 0; a < kernel; a++) {
        const int64_t other = i + a - pad;
        if (other < 0 || other >= size.height) continue;
        const Number* pixels = x + (n * size.height + other) * row + channel;
        AddRow<lanes, kernel>(pixels, gradients, size.width, size.channels, sums[a]);
      }
    }
  }
  for (int a = 0; a < kernel; a++) {
    for (int b = 0; b < kernel; b++) {
      std::memcpy(filter + (a * kernel + b) * size.channels + channel, &sums[a][b], sizeof(V));
    }
  }
}

template <int widest, int kernel, typename Number>
ALWAYS_INLINE void AllChannels(const Number* x, const Number* dy, const Image& size, float* filter) {
  int64_t c = 0;
  for (; c + widest <= size.channels; c += widest) Channels<widest, kernel>(x, dy, size, c, filter);
  // Networks are multiples of 8 channels wide where images are largest.
  constexpr int half = widest > 8 ? 8 : 4;
  for (; c + half <= size.channels; c += half) Channels<half, kernel>(x, dy, size, c, filter);
  for (; c + 4 <= size.channels; c += 4) Channels<4, kernel>(x, dy, size, c, filter);
  for (; c < size.channels; c++) Channels<1, kernel>(x, dy, size, c, filter);
}

template <int widest, typename Number>
ALWAYS_INLINE void AnyKernel(int64_t kernel, const Number* x, const Number* dy, const Image& size,
                             float* filter) {
  switch (kernel) {
    case 3: AllChannels<widest, 3>(x, dy, size, filter); break;
    case 5: AllChannels<widest, 5>(x, dy, size, filter); break;
    case 7: AllChannels<widest, 7>(x, dy, size, filter); break;
  }
}

#define DEFINE_FOR(Number)                                                                        \
  DEFINE_DISPATCH(FilterGradient, AnyKernel,                                                      \
                  (int64_t kernel, const Number* x, const Number* dy, const Image& size,          \
                   float* filter),                                                                \
                  (kernel, x, dy, size, filter))

DEFINE_FOR(float)
DEFINE_FOR(BFloat16)

class DepthwiseFilterGradient {
 public:
  explicit DepthwiseFilterGradient(TF_OpKernelConstruction* construction)
      : kernel_(Integer(construction, "kernel")) {}

  void Run(Call& call) const {
    call.Type(0) == TF_BFLOAT16 ? RunOn<BFloat16>(call) : RunOn<float>(call);
  }

 private:
  template <typename Number>
  void RunOn(Call& call) const {
    const Image size = call.Size(0);
    const Image other = call.Size(1);
    call.Require(std::memcmp(&size, &other, sizeof(size)) == 0, "expected x and dy of one shape");
    call.Require(kernel_ == 3 || kernel_ == 5 || kernel_ == 7, "expected a kernel of 3, 5 or 7");
    float* filter = call.Output(0, {kernel_, kernel_, size.channels, 1});
    const Number* x = call.Input<Number>(0);
    const Number* dy = call.Input<Number>(1);
    if (call.Ok()) FilterGradient(kernel_, x, dy, size, filter);
  }

  const int64_t kernel_;
};

const bool registered = Register<DepthwiseFilterGradient>(
    "AdlDepthwiseFilterGradient", {"x: T", "dy: T"}, {"kernel: int", kImageType}, {"filter: float"});

}  // namespace
}  // namespace autodeeplab
