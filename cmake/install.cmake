# Programs, manual pages and what belongs to them, where GNUInstallDirs says.

install(
  TARGETS iotcpd iotcpd-loadgen iotcpd-fake-daemon
  RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
install(
  FILES docs/iotcpd.1 docs/iotcpd-loadgen.1 docs/iotcpd-fake-daemon.1
  DESTINATION "${CMAKE_INSTALL_MANDIR}/man1")
install(
  DIRECTORY fake-daemons/profiles/
  DESTINATION "${CMAKE_INSTALL_DATADIR}/iotcpd/profiles"
  FILES_MATCHING PATTERN "*.profile")
install(
  FILES fake-daemons/journal.schema.json loadgen/result.schema.json
  DESTINATION "${CMAKE_INSTALL_DATADIR}/iotcpd")
install(
  DIRECTORY "${PROJECT_BINARY_DIR}/share/bash-completion"
  DESTINATION "${CMAKE_INSTALL_DATADIR}")
