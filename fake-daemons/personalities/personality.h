#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "fake-daemons/engine/identity.h"
#include "fake-daemons/personalities/request.h"
#include "fake-daemons/settings.h"

namespace iotcpd::fake {

/// What a daemon answers when nothing goes wrong. Has no descriptor and no clock.
class Personality {
 public:
  virtual ~Personality() = default;
  /// The reply with its newline.
  [[nodiscard]] virtual std::string reply(const Request& request) = 0;
};

/// Throws SyntaxError or std::runtime_error (one line) for a template or a file that is wrong.
[[nodiscard]] std::unique_ptr<Personality> makePersonality(const Settings& settings,
                                                           const Identity& identity);

}  // namespace iotcpd::fake
