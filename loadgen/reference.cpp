#include "common/cli/reference.h"

#include "loadgen/app/options.h"

int main(int argc, char** argv) {
  return iotcpd::printReference(iotcpd::loadgen::commandTable(), argc, argv);
}
