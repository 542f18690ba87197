#include "redirector/edge/reactor.h"

#include <Poco/Timespan.h>

namespace iotcpd::redirector {

Reactor::Reactor(std::function<void()> beforePass)
    : Poco::Net::SocketReactor(Poco::Timespan(60, 0)), beforePass_(std::move(beforePass)) {}

}  // namespace iotcpd::redirector
