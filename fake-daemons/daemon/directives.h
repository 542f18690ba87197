#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "fake-daemons/grammar/fault_spec.h"

namespace iotcpd::fake {

/// What a request asks for itself (--obey-requests): words such as "@before-reply=exit(7)", each a
/// fault without a chain whose point is one of the request's own.
struct Directives {
  std::vector<FaultSpec> faults;
  std::vector<std::string> complaints;  ///< one line for each word that is none, or too many
};

/// Looks at 32 words at the most. Directives begin with '@' at the start of the text or after a
/// blank, and a letter after it.
[[nodiscard]] Directives findDirectives(std::string_view request);

}  // namespace iotcpd::fake
