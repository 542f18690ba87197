#include "common/framing/line_framer.h"

#include <cstring>

namespace iotcpd {

LineFramer::Taken LineFramer::take(std::string_view bytes) {
  const std::string_view nothing = bytes.substr(bytes.size());
  if (tooLong_) return {Status::kTooLong, {}, nothing};
  if (lineHandedOut_) {
    buffer_.clear();
    lineHandedOut_ = false;
  }

  const std::size_t room = maxLineBytes_ - buffer_.size();
  const std::string_view window = bytes.substr(0, room);
  const void* found = window.empty() ? nullptr : std::memchr(window.data(), '\n', window.size());
  if (found == nullptr && bytes.size() >= room) {
    buffer_.append(window.substr(0, kBeginningBytes));
    std::string(buffer_, 0, kBeginningBytes).swap(buffer_);
    lineHandedOut_ = tooLong_ = true;
    return {Status::kTooLong, buffer_, nothing};
  }
  if (found == nullptr) {
    buffer_.append(bytes);
    return {Status::kNeedMore, {}, nothing};
  }

  const auto lineBytes =
      static_cast<std::size_t>(static_cast<const char*>(found) - window.data()) + 1;
  const std::string_view rest = bytes.substr(lineBytes);
  if (buffer_.empty()) return {Status::kLine, bytes.substr(0, lineBytes), rest};
  buffer_.append(bytes, 0, lineBytes);
  lineHandedOut_ = true;
  return {Status::kLine, buffer_, rest};
}

void LineFramer::releaseLine() {
  if (lineHandedOut_ && buffer_.capacity() > kKeptBytes) std::string().swap(buffer_);
}

void LineFramer::reset() {
  std::string().swap(buffer_);
  lineHandedOut_ = false;
  tooLong_ = false;
}

}  // namespace iotcpd
