#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "common/net/cidr.h"
#include "common/time/clock.h"

namespace iotcpd::redirector {

/// Where the service listens. Fixed for the life of the process.
struct ListenSettings {
  std::vector<std::string> ipv4;  ///< addresses as text; all share the port
  std::vector<std::string> ipv6;
  std::uint16_t port = 0;  ///< 0: a free one
  std::string unixPath;    ///< empty: no UNIX socket
  unsigned unixMode = 0;   ///< permission bits of the UNIX socket
  int backlog = 0;
  std::size_t threads = 1;  ///< each with a pool of its own

  bool operator==(const ListenSettings&) const = default;
};

/// The pool and how its daemons are treated.
struct PoolSettings {
  std::vector<std::string> daemonWords;  ///< program and arguments
  std::size_t numDaemons = 0;
  Nanoseconds busyTimeout{};
  Nanoseconds alarmInterval{};
  Nanoseconds settle{};            ///< rest after each reply; zero: none
  std::uint64_t recycleAfter = 0;  ///< requests; 0: never
  Nanoseconds recycleAge{};        ///< zero: never
  std::string probe;               ///< with its newline; empty: no probe
  std::string probeExpect;         ///< regular expression; empty: any line will do
  std::size_t maxReplyBytes = 0;   ///< with its newline
  std::size_t concurrency = 0;     ///< requests of one daemon at a time; 0: one, without IDs
};

/// How clients are treated.
struct ClientSettings {
  std::size_t maxRequestBytes = 0;  ///< with its newline
  Nanoseconds clientTimeout{};
  std::size_t maxClients = 0;
  std::size_t maxClientsPerSource = 0;  ///< 0: unlimited
  std::vector<Cidr> allow;              ///< empty: everybody
  std::size_t queueSize = 0;
  Nanoseconds queueTimeout{};
  std::string errorReply;  ///< with its newline
  bool keepAlive = false;
  std::size_t maxPipeline = 0;  ///< with keepAlive: queries of one connection at the same time
  Nanoseconds idleTimeout{};    ///< with keepAlive: between two requests
};

/// Where words about the service go.
struct OutputSettings {
  int logLevel = 0;  ///< as Poco::Message::Priority
  bool logJson = false;
  std::string logFile;    ///< empty: standard error
  std::string statsFile;  ///< empty: none
  std::string traceFile;  ///< empty: none
};

/// All settings, validated.
struct Settings {
  ListenSettings listen;
  PoolSettings pool;
  ClientSettings clients;
  OutputSettings output;
  Nanoseconds drainTimeout{};
};

}  // namespace iotcpd::redirector
