#include "fake-daemons/personalities/kinds.h"

namespace iotcpd::fake {
namespace {

/// The request as it is; also of squid-channel, where it begins with the ID that the reply needs.
class Echo final : public Personality {
 public:
  std::string reply(const Request& request) override { return request.line; }
};

}  // namespace

std::unique_ptr<Personality> makeEcho() { return std::make_unique<Echo>(); }

}  // namespace iotcpd::fake
