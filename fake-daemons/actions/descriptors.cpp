#include "fake-daemons/actions/families.h"

namespace iotcpd::fake {

EffectPtr startCloseStdout(const Arguments& /*arguments*/) {
  return instantly([](const Scene& scene) { scene.host.closeStdout(); });
}

EffectPtr startCloseStdin(const Arguments& /*arguments*/) {
  return instantly([](const Scene& scene) { scene.host.closeStdin(); });
}

EffectPtr startStopReading(const Arguments& /*arguments*/) {
  return instantly([](const Scene& scene) { scene.host.stopReading(); });
}

}  // namespace iotcpd::fake
