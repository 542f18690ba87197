#!/usr/bin/python3
"""Writes a blocklist of many domains, and the squidGuard configuration that uses it.

make_blocklist.py FOLDER [--domains N] [--seed S]

Makes FOLDER/sg/blocklist.conf and FOLDER/sg/db/domains; run `squidGuard -c sg/blocklist.conf` in
FOLDER. The same seed and number give the same list, byte for byte.
"""

import argparse
import pathlib
import random

SYLLABLES = ("ad", "ban", "click", "co", "da", "e", "fi", "go", "la", "me", "ne", "pix", "ro",
             "sta", "ti", "track", "u", "ver", "xi", "zo")
TOP_LEVELS = ("com", "net", "org", "info", "example")

CONFIGURATION = """\
# Written by make_blocklist.py: {count} domains, seed {seed}.
dbhome sg/db
logdir {log_folder}

dest blocklist {{
    domainlist domains
}}

acl {{
    default {{
        pass !blocklist all
        redirect 302:http://foo.bar?found=%t
    }}
}}
"""


def domains(count, seed):
    """`count` different domains, in an order that the seed decides. None begins with `clean-`."""
    stream = random.Random(seed)
    found = {}
    while len(found) < count:
        name = "".join(stream.choices(SYLLABLES, k=stream.randint(2, 5)))
        found[f"{name}{stream.randrange(10_000)}.{stream.choice(TOP_LEVELS)}"] = None
    return list(found)


def write(folder, count=100_000, seed=1):
    """Write list and configuration below `folder`; returns the domains."""
    root = pathlib.Path(folder) / "sg"
    (root / "db").mkdir(parents=True, exist_ok=True)
    (root / "log").mkdir(exist_ok=True)
    listed = domains(count, seed)
    (root / "db" / "domains").write_text("\n".join(listed) + "\n", encoding="ascii")
    configuration = CONFIGURATION.format(
        count=count, seed=seed, log_folder=(root / "log").resolve())
    (root / "blocklist.conf").write_text(configuration, encoding="utf-8")
    return listed


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder")
    parser.add_argument("--domains", type=int, default=100_000, metavar="N")
    parser.add_argument("--seed", type=int, default=1, metavar="S")
    arguments = parser.parse_args()
    write(arguments.folder, arguments.domains, arguments.seed)


if __name__ == "__main__":
    main()
