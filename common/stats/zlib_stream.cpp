#include "common/stats/zlib_stream.h"

#include <zlib.h>

#include <limits>
#include <new>

#include <fmt/format.h>

namespace iotcpd {
namespace {

/// zlib's interface predates const; it does not write through next_in.
Bytef* inputOf(std::string_view bytes) {
  return reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
}

void requireSmall(std::string_view bytes) {
  if (bytes.size() > std::numeric_limits<uInt>::max()) throw ZlibError("zlib: more than 4 GiB");
}

}  // namespace

std::string deflateBytes(std::string_view bytes) {
  requireSmall(bytes);
  uLongf size = compressBound(bytes.size());
  std::string compressed(size, '\0');
  const int status = compress2(reinterpret_cast<Bytef*>(compressed.data()), &size, inputOf(bytes),
                               bytes.size(), Z_BEST_COMPRESSION);
  if (status != Z_OK) throw std::bad_alloc();
  compressed.resize(size);
  return compressed;
}

Inflater::Inflater(std::string_view compressed) : stream_(std::make_unique<z_stream_s>()) {
  requireSmall(compressed);
  stream_->next_in = inputOf(compressed);
  stream_->avail_in = static_cast<uInt>(compressed.size());
  if (inflateInit(stream_.get()) != Z_OK) throw std::bad_alloc();
}

Inflater::~Inflater() { inflateEnd(stream_.get()); }

std::size_t Inflater::read(std::span<char> into) {
  if (hasEnded_ || into.empty()) return 0;
  stream_->next_out = reinterpret_cast<Bytef*>(into.data());
  stream_->avail_out = static_cast<uInt>(into.size());
  while (stream_->avail_out > 0 && !hasEnded_) {
    const int status = inflate(stream_.get(), Z_NO_FLUSH);
    hasEnded_ = status == Z_STREAM_END;
    if (status == Z_BUF_ERROR) throw ZlibError("zlib: the data breaks off");
    if (status == Z_MEM_ERROR) throw std::bad_alloc();
    if (status != Z_OK && !hasEnded_) {
      throw ZlibError(fmt::format("zlib: {}", stream_->msg ? stream_->msg : "a dictionary wanted"));
    }
  }
  if (hasEnded_ && stream_->avail_in > 0) {
    throw ZlibError(fmt::format("zlib: {} bytes follow the end of the data", stream_->avail_in));
  }
  return into.size() - stream_->avail_out;
}

}  // namespace iotcpd
