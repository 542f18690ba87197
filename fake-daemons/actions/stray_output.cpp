#include "fake-daemons/actions/families.h"

namespace iotcpd::fake {

EffectPtr startExtraLine(const Arguments& arguments) {
  return instantly([line = std::get<std::string>(arguments[0]) + '\n'](const Scene& scene) {
    if (scene.reply != nullptr && scene.reply->isReady) {
      scene.reply->extra += line;
    } else {
      scene.host.writeStray(line);
    }
  });
}

EffectPtr startLate(const Arguments& arguments) {
  return instantly([line = std::get<std::string>(arguments[0]) + '\n',
                    delay = std::get<Distribution>(arguments[1])](const Scene& scene) {
    scene.host.writeStrayLater(line, delay.sample(scene.random, scene.outstanding));
  });
}

EffectPtr startChatter(const Arguments& arguments) {
  return instantly([interval = std::get<Nanoseconds>(arguments[0])](const Scene& scene) {
    scene.host.chatter(interval);
  });
}

}  // namespace iotcpd::fake
