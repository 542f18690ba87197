#include "loadgen/plan/requests_file.h"

#include "loadgen/plan/draw.h"

namespace iotcpd::loadgen {

const RequestLine& RequestsFile::next() {
  if (order_ == Order::kShuffled) {
    const std::size_t left = file_.lineCount() - next_;
    file_.swapLines(next_, next_ + drawBelow(stream_, left));
  }
  line_ = withToken(file_.line(next_));
  next_ = (next_ + 1) % file_.lineCount();
  return line_;
}

}  // namespace iotcpd::loadgen
