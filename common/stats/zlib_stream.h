#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

struct z_stream_s;

namespace iotcpd {

/// Bytes are not a zlib stream (RFC 1950); what() is one line.
class ZlibError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The bytes as a zlib stream, as small as zlib can make it.
[[nodiscard]] std::string deflateBytes(std::string_view bytes);

/// Reads what a zlib stream contains piece by piece: a small stream can stand for gigabytes. Points
/// into the bytes given, which must outlive it.
class Inflater {
 public:
  explicit Inflater(std::string_view compressed);
  ~Inflater();
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  /// Fills `into` from its beginning; less than its size, down to 0, only at the end of the stream.
  /// Throws ZlibError when the stream is corrupt, breaks off, or something follows its end.
  [[nodiscard]] std::size_t read(std::span<char> into);

 private:
  std::unique_ptr<z_stream_s> stream_;
  bool hasEnded_ = false;
};

}  // namespace iotcpd
