#include "common/os/descriptor_limit.h"

namespace iotcpd {

rlimit raiseDescriptorLimit() {
  rlimit before{};
  ::getrlimit(RLIMIT_NOFILE, &before);
  const rlimit raised{before.rlim_max, before.rlim_max};
  ::setrlimit(RLIMIT_NOFILE, &raised);
  return before;
}

}  // namespace iotcpd
