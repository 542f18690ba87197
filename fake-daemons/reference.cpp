#include "common/cli/reference.h"

#include "fake-daemons/app/options.h"

int main(int argc, char** argv) {
  return iotcpd::printReference(iotcpd::fake::optionTable(), argc, argv);
}
