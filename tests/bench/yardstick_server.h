/// What the yardsticks that serve share: their command line, their daemons, their listener.
#pragma once

#include <fcntl.h>
#include <netinet/tcp.h>
#include <spawn.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdint>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

#include "tests/bench/yardstick.h"

namespace yardstick {

constexpr int kBacklog = 1024;

/// What `-n N -p PORT -d "CMD"` says; CMD is split at blanks, port 0 takes a free one.
struct ServerSettings {
  int daemons = 4;
  std::uint16_t port = 0;
  std::vector<std::string> command{"cat"};
};

/// Exits with 64 at anything unknown.
inline ServerSettings parseServerSettings(int argc, char** argv) {
  ServerSettings settings;
  for (int option = 0; (option = ::getopt(argc, argv, "n:p:d:")) != -1;) {
    if (option == 'n') {
      settings.daemons = std::atoi(optarg);
    } else if (option == 'p') {
      settings.port = static_cast<std::uint16_t>(std::atoi(optarg));
    } else if (option == 'd') {
      std::istringstream words(optarg);
      settings.command.assign(std::istream_iterator<std::string>(words), {});
    } else {
      std::exit(64);
    }
  }
  if (settings.command.empty()) std::exit(64);
  return settings;
}

/// Our ends of a child's stdin and stdout.
struct DaemonPipes {
  int in;
  int out;
};

/// Starts `words` with pipes for stdin and stdout; the ends we keep do not reach later children.
inline DaemonPipes startDaemon(const std::vector<std::string>& words) {
  std::vector<char*> argv;
  for (const std::string& word : words) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);

  std::array<int, 2> in{};
  std::array<int, 2> out{};
  check(::pipe2(in.data(), O_CLOEXEC), "pipe2");
  check(::pipe2(out.data(), O_CLOEXEC), "pipe2");
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, in[0], STDIN_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
  pid_t pid = 0;
  errno = ::posix_spawnp(&pid, argv[0], &actions, nullptr, argv.data(), environ);
  if (errno != 0) die(argv[0]);
  ::posix_spawn_file_actions_destroy(&actions);
  ::close(in[0]);
  ::close(out[1]);
  return {in[1], out[0]};
}

/// All the daemons; SIGPIPE is ignored from here on, they keep the default.
inline std::vector<DaemonPipes> startDaemons(const ServerSettings& settings) {
  std::vector<DaemonPipes> daemons;
  for (int i = 0; i < settings.daemons; ++i) daemons.push_back(startDaemon(settings.command));
  std::signal(SIGPIPE, SIG_IGN);
  return daemons;
}

/// A listener on 127.0.0.1; prints "`name` listening: ADDRESS:PORT".
inline int listenOnLoopback(std::uint16_t port, const char* name) {
  const int listener =
      check(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), "socket");
  const int on = 1;
  check(::setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on), "SO_REUSEADDR");
  sockaddr_in address = loopback(1, port);
  socklen_t length = sizeof address;
  check(::bind(listener, generic(address), length), "bind");
  check(::listen(listener, kBacklog), "listen");
  check(::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &length), "getsockname");
  std::printf("%s listening: 127.0.0.1:%d\n", name, ntohs(address.sin_port));
  std::fflush(stdout);
  return listener;
}

/// Registers `fd` with `epoll`, or modifies what is registered.
inline void watch(int epoll, int fd, std::uint32_t mask, std::uint64_t tag,
                  int operation = EPOLL_CTL_ADD) {
  epoll_event event{};
  event.events = mask;
  event.data.u64 = tag;
  check(::epoll_ctl(epoll, operation, fd, &event), "epoll_ctl");
}

}  // namespace yardstick
