// Batch normalisation by the statistics of each of several groups of images in one batch:
//
//     y = scale * (x - mean_g) / sqrt(variance_g + epsilon) + offset
//
// `deviation` is 1 / sqrt(variance_g + epsilon), the output `variance` the unbiased one.
//
// The candidate paths of the search are such groups: they share weights, not statistics. Images are floats or
// bfloat16; all else, and all arithmetic, is in floats and doubles.
#include "kernel.h"

#include <cmath>
#include <vector>

#pragma GCC optimize("O3")

namespace autodeeplab {
namespace {

// Rows that are summed in single precision before they are added to the sum in double precision.
constexpr int64_t kChunk = 256;

struct Shape {
  int64_t groups, rows, channels;  // rows: images * height * width of one group
};

// sums[c] = sum of a[c], products[c] = sum of a[c] * (b[c] - shift[c]), over the rows of a group.
// With a == nullptr, a = b - shift: sum and sum of squares.
template <int lanes, typename Number>
ALWAYS_INLINE void Sums(const Number* a, const Number* b, const float* shift, int64_t rows,
                        int64_t channels, double* sums, double* products) {
  typedef float V __attribute__((vector_size(lanes * sizeof(float))));
  const auto block = [&](int64_t c, auto zero) __attribute__((always_inline)) {
    typedef decltype(zero) T;
    constexpr int width = sizeof(T) / sizeof(float);
    T center;
    std::memcpy(&center, shift + c, sizeof(T));
    double total[width] = {}, product[width] = {};
    for (int64_t first = 0; first < rows; first += kChunk) {
      const int64_t last = first + kChunk < rows ? first + kChunk : rows;
      T s0 = zero, s1 = zero, p0 = zero, p1 = zero;
      const auto add = [&](int64_t row, T& s, T& p) __attribute__((always_inline)) {
        const T v = LoadVector<T>(b + row * channels + c) - center;
        const T u = a == nullptr ? v : LoadVector<T>(a + row * channels + c);
        s += u;
        p += u * v;
      };
      int64_t row = first;
      for (; row + 1 < last; row += 2) {
        add(row, s0, p0);
        add(row + 1, s1, p1);
      }
      if (row < last) add(row, s0, p0);
      s0 += s1;
      p0 += p1;
      for (int i = 0; i < width; i++) {
        float s, p;
        std::memcpy(&s, reinterpret_cast<const char*>(&s0) + i * sizeof(float), sizeof(float));
        std::memcpy(&p, reinterpret_cast<const char*>(&p0) + i * sizeof(float), sizeof(float));
        total[i] += s;
        product[i] += p;
      }
    }
    std::memcpy(sums + c, total, sizeof(total));
    std::memcpy(products + c, product, sizeof(product));
  };
  int64_t c = 0;
  for (; c + lanes <= channels; c += lanes) block(c, V{});
  // Networks are multiples of 8 channels wide where images are largest.
  constexpr int half = lanes > 8 ? 8 : 4;
  for (; c + half <= channels; c += half) block(c, typename VectorOf<float, half>::type{});
  typedef float Four __attribute__((vector_size(4 * sizeof(float))));
  for (; c + 4 <= channels; c += 4) block(c, Four{});
  typedef float One __attribute__((vector_size(sizeof(float))));
  for (; c < channels; c++) block(c, One{});
}

template <int lanes, typename Number>
ALWAYS_INLINE void ForwardBody(const Number* x, const float* scale, const float* offset,
                               const Shape& shape, float epsilon, Number* y, float* mean,
                               float* spread, float* deviation) {
  const int64_t channels = shape.channels;
  std::vector<double> sums(channels), squares(channels);
  std::vector<float> factor(channels), first(channels);
  for (int64_t g = 0; g < shape.groups; g++) {
    const Number* from = x + g * shape.rows * channels;
    Number* to = y + g * shape.rows * channels;
    float* center = mean + g * channels;
    float* inverse = deviation + g * channels;
    // Sums of differences from the first row: large means cost no digits.
    for (int64_t c = 0; c < channels; c++) first[c] = ToFloat(from[c]);
    const Number* none = nullptr;
    Sums<lanes>(none, from, first.data(), shape.rows, channels, sums.data(), squares.data());
    for (int64_t c = 0; c < channels; c++) {
      const double shifted = sums[c] / shape.rows;
      const double variance = squares[c] / shape.rows - shifted * shifted;
      const double unbiased = variance * shape.rows / (shape.rows > 1 ? shape.rows - 1 : 1);
      spread[g * channels + c] = static_cast<float>(unbiased > 0 ? unbiased : 0);
      center[c] = static_cast<float>(first[c] + shifted);
      inverse[c] = static_cast<float>(1 / std::sqrt((variance > 0 ? variance : 0) + epsilon));
      factor[c] = scale[c] * inverse[c];
    }
    const float* multiply = factor.data();
    for (int64_t row = 0; row < shape.rows; row++, from += channels, to += channels) {
#pragma GCC ivdep
      for (int64_t c = 0; c < channels; c++) {
        Store((ToFloat(from[c]) - center[c]) * multiply[c] + offset[c], to + c);
      }
    }
  }
}

template <int lanes, typename Number>
ALWAYS_INLINE void BackwardBody(const Number* dy, const Number* x, const float* scale,
                                const float* mean, const float* deviation, const Shape& shape,
                                Number* dx, float* dscale, float* doffset) {
  const int64_t channels = shape.channels;
  std::vector<double> sums(channels), products(channels), total(channels), product(channels);
  std::vector<float> factor(channels), constant(channels), slope(channels);
  for (int64_t g = 0; g < shape.groups; g++) {
    const int64_t start = g * shape.rows * channels;
    const float* center = mean + g * channels;
    const float* inverse = deviation + g * channels;
    Sums<lanes>(dy + start, x + start, center, shape.rows, channels, sums.data(), products.data());
    for (int64_t c = 0; c < channels; c++) {
      total[c] += sums[c];
      product[c] += products[c] * inverse[c];
      factor[c] = scale[c] * inverse[c];
      constant[c] = static_cast<float>(sums[c] / shape.rows);
      slope[c] = static_cast<float>(products[c] / shape.rows * inverse[c] * inverse[c]);
    }
    const float *f = factor.data(), *k = constant.data(), *s = slope.data();
    const Number *d = dy + start, *from = x + start;
    Number* to = dx + start;
    for (int64_t row = 0; row < shape.rows; row++, d += channels, from += channels, to += channels) {
#pragma GCC ivdep
      for (int64_t c = 0; c < channels; c++) {
        Store(f[c] * (ToFloat(d[c]) - k[c] - (ToFloat(from[c]) - center[c]) * s[c]), to + c);
      }
    }
  }
  for (int64_t c = 0; c < channels; c++) {
    dscale[c] = static_cast<float>(product[c]);
    doffset[c] = static_cast<float>(total[c]);
  }
}

#define DEFINE_BOTH(Number)                                                                       \
  DEFINE_DISPATCH(Forward, ForwardBody,                                                           \
                  (const Number* x, const float* scale, const float* offset, const Shape& shape,  \
                   float epsilon, Number* y, float* mean, float* spread, float* deviation),       \
                  (x, scale, offset, shape, epsilon, y, mean, spread, deviation))                 \
  DEFINE_DISPATCH(Backward, BackwardBody,                                                         \
                  (const Number* dy, const Number* x, const float* scale, const float* mean,      \
                   const float* deviation, const Shape& shape, Number* dx, float* dscale,         \
                   float* doffset),                                                               \
                  (dy, x, scale, mean, deviation, shape, dx, dscale, doffset))

DEFINE_BOTH(float)
DEFINE_BOTH(BFloat16)

Shape Split(Call& call, const Image& size, int64_t groups) {
  call.Require(groups > 0 && size.batch % groups == 0, "expected groups that divide the batch");
  if (!call.Ok()) return {};
  return {groups, size.batch / groups * size.height * size.width, size.channels};
}

class BatchNorm {
 public:
  explicit BatchNorm(TF_OpKernelConstruction* construction)
      : groups_(Integer(construction, "groups")), epsilon_(Float(construction, "epsilon")) {}

  void Run(Call& call) const {
    call.Type(0) == TF_BFLOAT16 ? RunOn<BFloat16>(call) : RunOn<float>(call);
  }

 private:
  template <typename Number>
  void RunOn(Call& call) const {
    const Image size = call.Size(0);
    const Shape shape = Split(call, size, groups_);
    Number* y = call.Output<Number>(0, {size.batch, size.height, size.width, size.channels});
    float* mean = call.Output(1, {shape.groups, size.channels});
    float* variance = call.Output(2, {shape.groups, size.channels});
    float* deviation = call.Output(3, {shape.groups, size.channels});
    const Number* x = call.Input<Number>(0);
    const float *scale = call.Input(1), *offset = call.Input(2);
    if (call.Ok()) Forward(x, scale, offset, shape, epsilon_, y, mean, variance, deviation);
  }

  const int64_t groups_;
  const float epsilon_;
};

class BatchNormGradient {
 public:
  explicit BatchNormGradient(TF_OpKernelConstruction* construction)
      : groups_(Integer(construction, "groups")) {}

  void Run(Call& call) const {
    call.Type(0) == TF_BFLOAT16 ? RunOn<BFloat16>(call) : RunOn<float>(call);
  }

 private:
  template <typename Number>
  void RunOn(Call& call) const {
    const Image size = call.Size(0);
    const Shape shape = Split(call, size, groups_);
    Number* dx = call.Output<Number>(0, {size.batch, size.height, size.width, size.channels});
    float* dscale = call.Output(1, {size.channels});
    float* doffset = call.Output(2, {size.channels});
    const Number *dy = call.Input<Number>(0), *x = call.Input<Number>(1);
    const float *scale = call.Input(2), *mean = call.Input(3), *deviation = call.Input(4);
    if (call.Ok()) Backward(dy, x, scale, mean, deviation, shape, dx, dscale, doffset);
  }

  const int64_t groups_;
};

const bool registered =
    Register<BatchNorm>("AdlGroupBatchNorm", {"x: T", "scale: float", "offset: float"},
                        {"groups: int", "epsilon: float", kImageType},
                        {"y: T", "mean: float", "variance: float", "deviation: float"}) &&
    Register<BatchNormGradient>(
        "AdlGroupBatchNormGradient",
        {"dy: T", "x: T", "scale: float", "mean: float", "deviation: float"},
        {"groups: int", kImageType}, {"dx: T", "dscale: float", "doffset: float"});

}  // namespace
}  // namespace autodeeplab
