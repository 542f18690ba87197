#include "fake-daemons/actions/families.h"

namespace iotcpd::fake {
namespace {

/// Waits once, for a time drawn when it begins.
class Delay final : public Effect {
 public:
  Delay(Distribution distribution, Wait (*wait)(TimePoint))
      : distribution_(std::move(distribution)), wait_(wait) {}

  Wait advance(const Scene& scene) override {
    if (begun_) return Wait::done();
    begun_ = true;
    return wait_(scene.now + distribution_.sample(scene.random, scene.outstanding));
  }

 private:
  Distribution distribution_;
  Wait (*wait_)(TimePoint);
  bool begun_ = false;
};

class Hang final : public Effect {
 public:
  Wait advance(const Scene& /*scene*/) override { return Wait::forever(); }
};

class Hold final : public Effect {
 public:
  explicit Hold(std::string gate) : gate_(std::move(gate)) {}

  Wait advance(const Scene& /*scene*/) override {
    if (begun_) return Wait::done();
    begun_ = true;
    return Wait::forGate(gate_);
  }

 private:
  std::string gate_;
  bool begun_ = false;
};

}  // namespace

EffectPtr startSleep(const Arguments& arguments) {
  return std::make_unique<Delay>(std::get<Distribution>(arguments[0]), &Wait::time);
}

EffectPtr startSpin(const Arguments& arguments) {
  return std::make_unique<Delay>(std::get<Distribution>(arguments[0]), &Wait::busyTime);
}

EffectPtr startHang(const Arguments& /*arguments*/) { return std::make_unique<Hang>(); }

EffectPtr startHold(const Arguments& arguments) {
  return std::make_unique<Hold>(std::get<std::string>(arguments[0]));
}

}  // namespace iotcpd::fake
