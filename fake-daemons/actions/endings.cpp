#include <csignal>

#include "fake-daemons/actions/families.h"

namespace iotcpd::fake {

EffectPtr startExit(const Arguments& arguments) {
  const int code = static_cast<int>(std::get<std::uint64_t>(arguments[0]));
  return instantly([code](const Scene& scene) { scene.host.end({Ending::Kind::kExit, code}); });
}

EffectPtr startKill(const Arguments& arguments) {
  const int number = std::get<SignalNumber>(arguments[0]).number;
  return instantly([number](const Scene& scene) {
    scene.host.end({Ending::Kind::kSignal, number});
  });
}

EffectPtr startAbort(const Arguments& /*arguments*/) {
  return instantly([](const Scene& scene) { scene.host.end({Ending::Kind::kSignal, SIGABRT}); });
}

}  // namespace iotcpd::fake
