#include "tests/bench/line_server/stamps.h"

#include <cinttypes>
#include <cstdio>
#include <utility>

#include "tests/bench/yardstick.h"

namespace yardstick {

Stamps::Stamps(std::string file, std::size_t most)
    : file_(std::move(file)), stamps_(file_.empty() ? 0 : most) {}

void Stamps::write() const {
  if (!areKept()) return;
  std::FILE* file = std::fopen(file_.c_str(), "w");
  if (file == nullptr) die(file_.c_str());
  for (std::size_t i = 0; i < count_ && i < stamps_.size(); ++i) {
    std::fprintf(file, "%" PRId64 " %" PRId64 "\n", stamps_[i].arrivalNs, stamps_[i].serviceNs);
  }
  if (std::fclose(file) != 0) die(file_.c_str());
  if (count_ > stamps_.size()) {
    std::fprintf(stderr, "line-server: %zu requests came, --stamps had room for %zu\n", count_,
                 stamps_.size());
    std::exit(1);
  }
}

}  // namespace yardstick
