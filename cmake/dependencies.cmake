# Everything that is not ours, all of it packaged by Debian 12 (docs/dependencies.md says why each).

find_package(Poco 1.11 REQUIRED COMPONENTS Foundation Net Util JSON)
find_package(fmt 9 REQUIRED)
find_package(ZLIB 1.2 REQUIRED)

if(BUILD_TESTING)
  find_package(GTest 1.12 REQUIRED)
  include(GoogleTest)
endif()
if(IOTCPD_BENCHMARKS)
  find_package(benchmark 1.7 REQUIRED)
endif()
