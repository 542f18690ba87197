#include <csignal>

#include "common/os/standard_descriptors.h"
#include "loadgen/app/application.h"

int main(int argc, char** argv) {
  // A result that nobody can have is an error, not a success.
  iotcpd::openStandardDescriptors(iotcpd::ClosedOutput::kFails);
  // A reader of ours that has gone is an error to report, not an end.
  std::signal(SIGPIPE, SIG_IGN);
  return iotcpd::loadgen::runApplication(argc, argv);
}
