# iotcpd_reference(PROGRAM LIBRARY SOURCE): PROGRAM-reference, made from SOURCE, prints what follows
# from the option table: the bash completion here, the manual's OPTIONS by scripts/manual.
function(iotcpd_reference program library source)
  add_executable(${program}-reference ${source})
  target_link_libraries(${program}-reference PRIVATE ${library} iotcpd::warnings)
  set(completion "${PROJECT_BINARY_DIR}/share/bash-completion/completions/${program}")
  cmake_path(GET completion PARENT_PATH completion_dir)
  add_custom_command(
    OUTPUT "${completion}"
    COMMAND "${CMAKE_COMMAND}" -E make_directory "${completion_dir}"
    COMMAND ${program}-reference completion > "${completion}"
    VERBATIM)
  add_custom_target(${program}-completion ALL DEPENDS "${completion}")
endfunction()
