#include "common/os/descriptor_limit.h"
#include "fake-daemons/app/application.h"
#include "fake-daemons/daemon/signal_flags.h"

int main(int argc, char** argv) {
  iotcpd::openStandardDescriptors();
  iotcpd::fake::SignalFlags::install();
  return iotcpd::fake::runApplication(argc, argv);
}
