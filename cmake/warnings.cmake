# iotcpd::warnings: linked PRIVATE by every target of this project; never reaches other people's code.

add_library(iotcpd_warnings INTERFACE)
add_library(iotcpd::warnings ALIAS iotcpd_warnings)

target_compile_options(iotcpd_warnings INTERFACE
  -Wall
  -Wextra
  -Wpedantic
  -Wcast-align
  -Wcast-qual
  -Wconversion
  -Wdouble-promotion
  -Wextra-semi
  -Wformat=2
  -Wimplicit-fallthrough
  -Wnon-virtual-dtor
  -Wold-style-cast
  -Woverloaded-virtual
  -Wredundant-decls
  -Wshadow
  -Wsign-conversion
  -Wundef
  -Wunused)

if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(iotcpd_warnings INTERFACE
    -Wduplicated-branches
    -Wduplicated-cond
    -Wlogical-op
    -Wsuggest-override)
endif()

if(IOTCPD_WARNINGS_AS_ERRORS)
  target_compile_options(iotcpd_warnings INTERFACE -Werror)
endif()
