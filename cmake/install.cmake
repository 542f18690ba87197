# Programs and manual pages, where GNUInstallDirs says.

install(TARGETS iotcpd RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
install(FILES docs/iotcpd.1 DESTINATION "${CMAKE_INSTALL_MANDIR}/man1")
install(
  DIRECTORY "${PROJECT_BINARY_DIR}/share/bash-completion"
  DESTINATION "${CMAKE_INSTALL_DATADIR}")
