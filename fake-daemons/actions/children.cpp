#include "fake-daemons/actions/families.h"

namespace iotcpd::fake {

EffectPtr startLingerChild(const Arguments& arguments) {
  const Nanoseconds time = std::get<Nanoseconds>(arguments[0]);
  const auto session = arguments.size() > 1 ? Host::Session::kOwn : Host::Session::kShared;
  return instantly([=](const Scene& scene) { scene.host.lingerChild(time, session); });
}

}  // namespace iotcpd::fake
