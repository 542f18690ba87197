"""scripts/check says what breaks a rule, and is silent about a tree that keeps them all."""

import subprocess

import pytest

SOUND = {
    "common/CMakeLists.txt": "add_library(common os/launch.cpp)\n",
    "common/os/launch.h": "#pragma once\n",
    "common/os/launch.cpp": '#include "common/os/launch.h"\n\n#include <unistd.h>\n',
    "common/net/fd_socket.h": "/// Lends a descriptor.\n#pragma once\n\n#include <Poco/Net/Socket.h>\n",
    "redirector/CMakeLists.txt": "add_executable(iotcpd main.cpp policy/pool.cpp)\n",
    "redirector/main.cpp": '#include "redirector/app/application.h"\n',
    "redirector/app/application.h": '#pragma once\n\n#include "redirector/edge/reactor.h"\n',
    "redirector/edge/reactor.h": '#pragma once\n\n#include "common/net/fd_socket.h"\n'
                                 '#include "redirector/policy/pool.h"\n',
    "redirector/policy/pool.h": "#pragma once\n\n#include <vector>\n",
    "redirector/policy/pool.cpp": '#include "redirector/policy/pool.h"\n',
    "fake-daemons/CMakeLists.txt": "add_executable(fake main.cpp actions/delays.cpp daemon/loop.cpp)\n",
    "fake-daemons/main.cpp": '#include "fake-daemons/daemon/loop.h"\n',
    "fake-daemons/daemon/loop.h": "#pragma once\n\n#include <unistd.h>\n",
    "fake-daemons/daemon/loop.cpp": '#include "fake-daemons/actions/effect.h"\n',
    "fake-daemons/actions/effect.h": '#pragma once\n\n#include "fake-daemons/grammar/fault.h"\n',
    "fake-daemons/actions/delays.cpp": '#include "fake-daemons/actions/effect.h"\n',
    "fake-daemons/grammar/fault.h": "#pragma once\n\n#include <string>\n",
    "tests/unit/pool_test.cpp": '#include "redirector/policy/pool.h"\n',
    "tests/unit/CMakeLists.txt": "add_executable(unit pool_test.cpp)\n",
}

POOL = "redirector/policy/pool.cpp"


def including(what):
    return f"#include {what}\n"


@pytest.fixture
def check(repository, tmp_path):
    """check(kind, path, text): writes a sound tree, breaks one file of it, runs scripts/check."""
    def run(kind, path=None, text=None):
        for name, content in {**SOUND, **({path: text} if path else {})}.items():
            file = tmp_path / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(content, encoding="utf-8")
        return subprocess.run([repository / "scripts/check", "--tree", tmp_path, kind], check=False,
                              capture_output=True, text=True, timeout=30)

    return run


@pytest.mark.parametrize("kind", ["arrows", "tidiness"])
def test_a_sound_tree_passes(check, kind):
    answer = check(kind)
    assert (answer.returncode, answer.stdout) == (0, f"{kind}: all well\n"), answer.stderr


@pytest.mark.parametrize("path, included, rule", [
    ("common/os/launch.cpp", '"redirector/policy/pool.h"', "common knows no program"),
    ("common/os/launch.cpp", "<Poco/Process.h>", "only net/ knows Poco"),
    ("common/os/launch.cpp", '"common/net/fd_socket.h"', "only net/ knows Poco"),
    (POOL, "<Poco/Timestamp.h>", "policy knows no Poco"),
    (POOL, '"common/net/fd_socket.h"', "policy knows no Poco"),
    (POOL, '"common/os/launch.h"', "policy does no I/O"),
    (POOL, "<unistd.h>", "policy does no I/O"),
    (POOL, "<sys/socket.h>", "policy does no I/O"),
    (POOL, '"redirector/edge/reactor.h"', "policy includes policy and common only"),
    (POOL, '"tests/unit/vocabulary.h"', "nothing includes tests"),
    (POOL, '"pool.h"', "named from the root"),
    (POOL, '"../edge/reactor.h"', "named from the root"),
    (POOL, '"loadgen/report.h"', "the programs never include each other"),
    ("loadgen/run.cpp", '"redirector/policy/pool.h"', "the programs never include each other"),
    ("fake-daemons/run.cpp", '"loadgen/report.h"', "the programs never include each other"),
    ("fake-daemons/run.cpp", "<Poco/Process.h>", "the fake daemon links no Poco"),
    ("redirector/edge/reactor.h", '"redirector/app/application.h"', "edge never includes app"),
    ("fake-daemons/grammar/point.cpp", '"fake-daemons/engine/identity.h"', "grammar includes grammar"),
    ("fake-daemons/engine/engine.cpp", '"fake-daemons/actions/effect.h"', "engine includes grammar"),
    ("fake-daemons/actions/delays.cpp", '"fake-daemons/engine/identity.h"', "actions include grammar"),
    ("fake-daemons/actions/delays.cpp", '"fake-daemons/daemon/loop.h"', "actions include grammar"),
    ("fake-daemons/personalities/echo.cpp", '"fake-daemons/daemon/loop.h"', "personalities include"),
    ("fake-daemons/daemon/loop.cpp", '"fake-daemons/app/options.h"', "never include app"),
    ("fake-daemons/control/server.cpp", '"fake-daemons/app/options.h"', "never include app"),
    ("fake-daemons/actions/delays.cpp", "<unistd.h>", "actions do no I/O"),
    ("fake-daemons/engine/engine.cpp", '"common/os/launch.h"', "engine and actions do no I/O"),
    ("fake-daemons/personalities/echo.cpp", "<sys/socket.h>", "personalities have no descriptors"),
])
def test_an_arrow_that_points_up_is_found(check, path, included, rule):
    answer = check("arrows", path, including(included))
    assert answer.returncode != 0
    assert f"{path}:1:#include {included}: " in answer.stdout and rule in answer.stdout


@pytest.mark.parametrize("path, text, rule", [
    (POOL, "\n" * 301, "longer than 300 lines"),
    ("tests/unit/pool_test.cpp", "\n" * 401, "longer than 400 lines"),
    (POOL, "\tint x;\n", "contains a tab"),
    (POOL, "int x; \n", "white space at the end of a line"),
    (POOL, "int x;", "no newline at the end"),
    ("redirector/policy/pool.h", "#ifndef POOL_H\n#endif\n", "#pragma once"),
    ("redirector/policy/orphan.cpp", "\n", "named in no CMakeLists.txt"),
])
def test_an_untidy_file_is_found(check, path, text, rule):
    answer = check("tidiness", path, text)
    assert answer.returncode != 0
    assert answer.stdout.startswith(f"{path}: ") and rule in answer.stdout


@pytest.mark.parametrize("path, lines", [(POOL, 300), ("tests/unit/pool_test.cpp", 400)])
def test_a_file_of_just_the_limit_passes(check, path, lines):
    assert check("tidiness", path, "\n" * lines).returncode == 0
