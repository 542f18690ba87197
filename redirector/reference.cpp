#include "common/cli/reference.h"

#include "redirector/app/options.h"

int main(int argc, char** argv) {
  return iotcpd::printReference(iotcpd::redirector::optionTable(), argc, argv);
}
