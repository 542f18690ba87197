#include "fake-daemons/actions/families.h"

namespace iotcpd::fake {

EffectPtr startIgnore(const Arguments& arguments) {
  const int number = std::get<SignalNumber>(arguments[0]).number;
  return instantly([number](const Scene& scene) { scene.host.ignoreSignal(number); });
}

}  // namespace iotcpd::fake
