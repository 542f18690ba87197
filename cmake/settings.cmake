# iotcpd::settings: what every target of this project is compiled with, apart from warnings.
# Linked PUBLIC by libraries, so that the include root reaches whoever uses them.

add_library(iotcpd_settings INTERFACE)
add_library(iotcpd::settings ALIAS iotcpd_settings)

target_compile_features(iotcpd_settings INTERFACE cxx_std_20)

# One include root: #include "common/time/clock.h". The second holds common/version.h.
target_include_directories(iotcpd_settings INTERFACE
  "${PROJECT_SOURCE_DIR}"
  "${PROJECT_BINARY_DIR}/generated")

target_compile_definitions(iotcpd_settings INTERFACE
  $<$<CONFIG:Debug>:_GLIBCXX_ASSERTIONS>)

# Instrumentation is a choice per build directory, not a flag of the whole tree.
set(address_and_undefined
  -fsanitize=address,undefined
  -fno-sanitize-recover=all
  # Its first look at each class opens a pipe, and is mistaken where there are no descriptors left.
  -fno-sanitize=vptr
  -fno-omit-frame-pointer)
if(IOTCPD_FUZZERS)
  if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    message(FATAL_ERROR "IOTCPD_FUZZERS needs clang: -D CMAKE_CXX_COMPILER=clang++")
  endif()
  # libFuzzer looks for inputs that reach code which none has reached: all of it tells.
  target_compile_options(iotcpd_settings INTERFACE
    ${address_and_undefined} -fsanitize=fuzzer-no-link)
  target_link_options(iotcpd_settings INTERFACE ${address_and_undefined})
elseif(IOTCPD_INSTRUMENTATION STREQUAL "asan-ubsan")
  target_compile_options(iotcpd_settings INTERFACE ${address_and_undefined})
  target_link_options(iotcpd_settings INTERFACE ${address_and_undefined})
elseif(IOTCPD_INSTRUMENTATION STREQUAL "tsan")
  target_compile_options(iotcpd_settings INTERFACE -fsanitize=thread)
  target_link_options(iotcpd_settings INTERFACE -fsanitize=thread)
elseif(IOTCPD_INSTRUMENTATION STREQUAL "coverage")
  target_compile_options(iotcpd_settings INTERFACE --coverage)
  target_link_options(iotcpd_settings INTERFACE --coverage)
elseif(IOTCPD_INSTRUMENTATION STREQUAL "none")
  # A network daemon ships hardened; all of it costs less than can be measured.
  target_compile_options(iotcpd_settings INTERFACE
    -fstack-protector-strong
    $<$<CONFIG:Release>:-U_FORTIFY_SOURCE>
    $<$<CONFIG:Release>:-D_FORTIFY_SOURCE=2>)
  target_link_options(iotcpd_settings INTERFACE LINKER:-z,relro,-z,now)
else()
  message(FATAL_ERROR
    "IOTCPD_INSTRUMENTATION is \"${IOTCPD_INSTRUMENTATION}\"; "
    "accepted are none, asan-ubsan, tsan, coverage")
endif()

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CCACHE_PROGRAM}")
endif()
