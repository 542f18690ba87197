# Programs and manual pages, where GNUInstallDirs says.

if(TARGET iotcpd)
  install(TARGETS iotcpd RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
endif()
if(EXISTS "${PROJECT_SOURCE_DIR}/docs/iotcpd.1")
  install(FILES "${PROJECT_SOURCE_DIR}/docs/iotcpd.1" DESTINATION "${CMAKE_INSTALL_MANDIR}/man1")
endif()
