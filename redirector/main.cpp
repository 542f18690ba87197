#include "common/os/descriptor_limit.h"
#include "common/os/standard_descriptors.h"
#include "redirector/app/application.h"
#include "redirector/edge/signals.h"

int main(int argc, char** argv) {
  iotcpd::openStandardDescriptors();
  // Before anything can start a thread, which would not inherit the mask.
  iotcpd::redirector::blockServedSignals();
  const rlimit childDescriptorLimit = iotcpd::raiseDescriptorLimit();
  return iotcpd::redirector::runApplication(argc, argv, childDescriptorLimit);
}
