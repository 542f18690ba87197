#include "fake-daemons/actions/families.h"

namespace iotcpd::fake {

EffectPtr startDrop(const Arguments& /*arguments*/) {
  return instantly([](const Scene& scene) { scene.reply->dropped = true; });
}

EffectPtr startDribble(const Arguments& arguments) {
  const std::uint64_t bytes = std::get<std::uint64_t>(arguments[0]);
  const Nanoseconds interval = std::get<Nanoseconds>(arguments[1]);
  return instantly([=](const Scene& scene) {
    scene.reply->dribbleBytes = bytes;
    scene.reply->dribbleInterval = interval;
  });
}

}  // namespace iotcpd::fake
