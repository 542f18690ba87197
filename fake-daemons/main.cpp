#include "common/os/standard_descriptors.h"
#include "fake-daemons/app/application.h"

int main(int argc, char** argv) {
  iotcpd::openStandardDescriptors();
  return iotcpd::fake::runApplication(argc, argv);
}
