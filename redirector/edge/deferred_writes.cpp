#include "redirector/edge/deferred_writes.h"

#include <algorithm>
#include <utility>

namespace iotcpd::redirector {

DeferredWrites::Writer::~Writer() {
  if (deferredIn != nullptr) deferredIn->withdraw(*this);
}

void DeferredWrites::defer(Writer& writer) {
  if (writer.deferredIn != nullptr) return;
  writer.deferredIn = this;
  writers_.push_back(&writer);
}

void DeferredWrites::withdraw(Writer& writer) {
  if (std::exchange(writer.deferredIn, nullptr) == nullptr) return;
  std::ranges::replace(writers_, &writer, nullptr);
}

void DeferredWrites::run() {
  // By index, since one that writes may add others.
  // NOLINTNEXTLINE(modernize-loop-convert)
  for (std::size_t i = 0; i < writers_.size(); ++i) {
    Writer* const writer = std::exchange(writers_[i], nullptr);
    if (writer == nullptr) continue;
    writer->deferredIn = nullptr;
    writer->writeGathered();
  }
  writers_.clear();
}

}  // namespace iotcpd::redirector
