"""The words agree with the program: the manual is current and complete, links and commands exist."""

import pathlib
import re
import shlex
import shutil
import subprocess

import pytest

DOCUMENTS = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "tests/README.md", "docs/protocol.md",
             "docs/operations.md", "docs/dependencies.md", "docs/performance.md",
             "docs/adding-faults.md", "docs/measuring.md", "docs/pytest.md", "docs/conformance.md",
             "docs/reliability.md", "tests/harness/README.md"]
MANUAL = "docs/iotcpd.1"
FAKE_MANUAL = "docs/iotcpd-fake-daemon.1"
LOADGEN_MANUAL = "docs/iotcpd-loadgen.1"
LOADGEN_COMMANDS = ["run", "search", "plan", "compare", "merge", "report"]
#: Options of other programs that the documents mention.
OTHERS_OPTIONS = {"--preset", "--build", "--install", "--prefix", "--now", "--kill-whom", "--quick",
                  "--benchmark_filter", "--check"}


def run(*words):
    return subprocess.run(list(map(str, words)), check=False, capture_output=True, text=True, timeout=30,
                          stdin=subprocess.DEVNULL)


def reference_of(iotcpd_binary, name):
    """NAME-reference of the same build as the program under test."""
    program = pathlib.Path(iotcpd_binary[0]).with_name(f"{name}-reference")
    if not program.exists():
        pytest.skip(f"the program under test is installed, not built: there is no {program} to ask")
    return program


@pytest.fixture(scope="session")
def reference(iotcpd_binary):
    return reference_of(iotcpd_binary, "iotcpd")


@pytest.fixture(scope="session")
def fake_reference(iotcpd_binary):
    return reference_of(iotcpd_binary, "iotcpd-fake-daemon")


@pytest.fixture(scope="session")
def loadgen_reference(iotcpd_binary):
    return reference_of(iotcpd_binary, "iotcpd-loadgen")


def options_of(*command):
    """All long options that --help names as its own, with their dashes."""
    return set(re.findall(r"^ +(?:-\w, )?(--[a-z0-9-]+)", run(*command, "--help").stdout, re.M))


@pytest.fixture(scope="session")
def options(iotcpd_binary):
    found = options_of(*iotcpd_binary)
    assert len(found) > 30
    return found


@pytest.fixture(scope="session")
def fake_options(fake_daemon_binary):
    found = options_of(fake_daemon_binary)
    assert len(found) > 10
    return found


@pytest.fixture(scope="session")
def loadgen_options(loadgen_binary):
    """Those of all commands together."""
    found = options_of(*loadgen_binary).union(*(options_of(*loadgen_binary, name) for name in LOADGEN_COMMANDS))
    assert len(found) > 40
    return found


def commands_in(text):
    """Words of the blocks and spans of code."""
    code = re.findall(r"```.*?```|`[^`\n]+`", text, re.S)
    return re.findall(r"[^\s`\"'()|]+", "\n".join(code))


# -- the manual page ---------------------------------------------------------------------------

def test_the_options_of_the_manuals_are_those_of_the_tables(repository, reference, fake_reference,
                                                            loadgen_reference):
    answer = run(repository / "scripts/manual", "--check", "--reference", reference,
                 "--reference", fake_reference, "--reference", loadgen_reference)
    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert answer.stdout == "".join(f"manual: {page} is current\n"
                                    for page in (MANUAL, FAKE_MANUAL, LOADGEN_MANUAL))


def test_a_stale_manual_is_shown_with_the_command_that_mends_it(repository, reference, tmp_path):
    for path in ["scripts/manual", "scripts/lib.bash", MANUAL]:
        (tmp_path / path).parent.mkdir(exist_ok=True)
        shutil.copy(repository / path, tmp_path / path)
    page = tmp_path / MANUAL
    current = page.read_text(encoding="utf-8")
    page.write_text(current.replace("Daemon to run.", "Demon to run."), encoding="utf-8")
    answer = run(tmp_path / "scripts/manual", "--check", "--reference", reference)
    assert answer.returncode == 1
    assert "-Demon to run." in answer.stdout and "+Daemon to run." in answer.stdout
    assert "mend it with: scripts/manual" in answer.stderr
    assert run(tmp_path / "scripts/manual", "--reference", reference).returncode == 0
    assert page.read_text(encoding="utf-8") == current


def test_a_program_that_has_no_manual_is_refused(repository):
    answer = run(repository / "scripts/manual", "--check", "--reference", "/bin/true")
    assert answer.returncode == 64
    assert "iotcpd-fake-daemon-reference" in answer.stderr


def long_options(page, start=""):
    """Fl itself writes the first dash of an option's name."""
    text = page.read_text(encoding="utf-8").replace("\\-", "-")
    return {"-" + name for name in re.findall(rf"{start}Fl (-[a-z][a-z0-9-]+)", text, re.M)}


def test_the_manual_has_every_option_of_the_help_and_no_other(repository, options):
    assert long_options(repository / MANUAL, start=r"^\.It .*") == options
    assert long_options(repository / MANUAL) <= options


def test_the_fake_daemons_manual_has_every_option_of_its_help_and_no_other(repository, fake_options):
    assert long_options(repository / FAKE_MANUAL, start=r"^\.It .*") == fake_options
    of_ctl = {"--timeout"}
    assert long_options(repository / FAKE_MANUAL) <= fake_options | of_ctl


def test_the_load_generators_manual_has_every_option_of_its_help_and_no_other(repository,
                                                                              loadgen_options):
    assert long_options(repository / LOADGEN_MANUAL, start=r"^\.It .*") == loadgen_options
    assert long_options(repository / LOADGEN_MANUAL) <= loadgen_options


def test_the_load_generators_manual_has_every_command_and_no_other(repository, loadgen_binary):
    listed = run(*loadgen_binary).stdout.partition("Commands:")[2].partition("\n\n")[0]
    assert re.findall(r"^  (\w+) ", listed, re.M) == LOADGEN_COMMANDS
    page = (repository / LOADGEN_MANUAL).read_text(encoding="utf-8")
    assert re.findall(r"^\.Nm\n\.Cm (\w+)", page, re.M) == LOADGEN_COMMANDS + ["help"]
    assert re.findall(r"^\.Ss Options of (\w+)", page, re.M) == LOADGEN_COMMANDS


def section(page, name):
    return page.partition(f".Sh {name}\n")[2].partition("\n.Sh ")[0]


def test_the_load_generators_manual_explains_every_outcome_and_kind_of_misbehaviour(repository):
    page = (repository / LOADGEN_MANUAL).read_text(encoding="utf-8")
    source = (repository / "loadgen/result/outcome.cpp").read_text(encoding="utf-8")
    outcomes, behaviours = (set(re.findall(r'"([a-z-]+)"', names))
                            for names in re.findall(r"kNames\{(.*?)\}", source, re.S))
    assert set(re.findall(r"^\.It Cm ([a-z-]+)$", section(page, "OUTCOMES"), re.M)) == outcomes
    assert (set(re.findall(r"^\.It Cm ([a-z-]+)$", section(page, "MISBEHAVIOUR"), re.M))
            == behaviours - {"ordinary"})
    told = (repository / "docs/measuring.md").read_text(encoding="utf-8")
    assert {name for name in outcomes if f"`{name}`" not in told} == set()


def test_schedules_and_templates_in_the_load_generators_help_are_accepted(loadgen_binary):
    schedule = re.search(r"schedule such as '(.*?)'", " ".join(run(*loadgen_binary, "run", "--help").stdout
                                                               .split())).group(1)
    planned = run(*loadgen_binary, "plan", "--rate", schedule, "--requests", "3", "--seed", "1",
                  "--request", "{seq} {uuid} {rand:1..100} {token}")
    assert (planned.returncode, planned.stderr) == (0, "")
    assert planned.stdout.splitlines()[-1] == "end 3"


def examples_of(page):
    """Commands of EXAMPLES, as words."""
    text = section(page.read_text(encoding="utf-8"), "EXAMPLES")
    blocks = re.findall(r"^\.Bd .*?\n(.*?)^\.Ed$|^\.Dl (.*?)$", text, re.M | re.S)
    lines = "\n".join(block or line for block, line in blocks).replace("\\e\n", " ")
    return [shlex.split(line) for line in lines.splitlines() if line]


def test_the_examples_of_the_load_generators_manual_are_accepted(repository, loadgen_binary, tmp_path,
                                                                 iotcpd, iotcpd_binary):
    """Against a service that is there, and shorter."""
    programs = pathlib.Path(iotcpd_binary[0]).parent
    service = iotcpd("cat", 2)
    (tmp_path / "access.log").write_text(
        "1286536308.779 180 192.168.0.224 TCP_MISS/200 411 GET http://a.b/c - DIRECT/1.2.3.4 -\n",
        encoding="utf-8")
    for words in examples_of(repository / LOADGEN_MANUAL):
        if words[1] == "search":
            continue
        words = [re.sub(r"^127\.0\.0\.1:9991$", f"127.0.0.1:{service.port}", word) for word in words]
        words = [*loadgen_binary, *words[1:]]
        if words[1] in ("run", "plan") and "--plan" not in words and "--replay" not in words:
            words += ["--duration", "1s"] + (["--warmup", "0s"] if "--warmup" in words else [])
        ended = subprocess.run(words, check=False, capture_output=True, text=True, timeout=60,
                               stdin=subprocess.DEVNULL, cwd=tmp_path,
                               env={"PATH": f"{programs}:/usr/bin:/bin"})
        assert ended.returncode in (0, 98, 99), (words, ended.stdout, ended.stderr)


def words_after(text, start, end):
    """Names in a list of choices such as "a, b(X[, Y]) or c"."""
    choices = re.sub(r"\([^)]*\)", "", text.partition(start)[2].partition(end)[0])
    return set(re.findall(r"[a-z0-9-]+", choices.replace(" or ", ", ")))


@pytest.mark.parametrize("fault, start, macro", [
    ("nowhere = off", "a point: ", "Cm"),
    ("idle = nonsense", "an action: ", "Ic"),
    ("idle = sleep(soon)", "a time such as 5ms, or ", "Cm"),
])
def test_the_fake_daemons_manual_explains_all_there_is_in_a_fault(repository, fake_daemon_binary, fault,
                                                                  start, macro):
    accepted = words_after(run(fake_daemon_binary, "--fault", fault).stderr, start, " at column")
    page = (repository / FAKE_MANUAL).read_text(encoding="utf-8")
    explained = set(re.findall(rf"^\.It {macro} ([a-z0-9-]+)", page, re.M))
    assert len(accepted) > 8
    assert accepted <= explained
    assert macro != "Ic" or accepted == explained


def test_the_fake_daemons_manual_names_every_profile(repository):
    page = (repository / FAKE_MANUAL).read_text(encoding="utf-8")
    section = page.partition("These are installed:")[2].partition(".El")[0]
    files = {path.stem for path in (repository / "fake-daemons/profiles").glob("*.profile")}
    assert set(re.findall(r"^\.It Cm ([a-z-]+)$", section, re.M)) == files


def test_the_manual_explains_every_line_of_the_statistics(repository, iotcpd):
    page = (repository / MANUAL).read_text(encoding="utf-8")
    explained = set(re.findall(r"^\.It Sy ([^\n]*?)(?: No to .*)?$", page, re.M))
    labels = set(iotcpd("cat", 1).stats().labels)
    buckets = {label for label in labels if re.fullmatch(r"queries \d+-\d*", label)}
    assert len(buckets) == 6
    assert labels - buckets == explained - {"queries 0-100"}


@pytest.mark.parametrize("page", [MANUAL, FAKE_MANUAL, LOADGEN_MANUAL])
def test_mandoc_has_nothing_to_say_about_a_manual(repository, page):
    answer = run("mandoc", "-T", "lint", "-W", "warning", repository / page)
    assert (answer.returncode, answer.stdout) == (0, ""), answer.stdout + answer.stderr


# -- the other documents -----------------------------------------------------------------------

@pytest.fixture(params=DOCUMENTS)
def document(request, repository):
    path = repository / request.param
    assert path.is_file(), f"{request.param} is missing"
    return path


def test_links_lead_to_files(document):
    text = document.read_text(encoding="utf-8")
    targets = [link.partition("#")[0] for link in re.findall(r"\]\(([^)\s]+)\)", text)
               if "://" not in link]
    missing = [target for target in targets if target and not (document.parent / target).exists()]
    assert not missing


def headings_of(path):
    """Those of a document, as links name them."""
    told = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in told}


def test_links_lead_to_headings(document):
    links = re.findall(r"\]\(([^)\s:]*)#([^)\s]+)\)", document.read_text(encoding="utf-8"))
    missing = [(target, heading) for target, heading in links
               if heading not in headings_of(document.parent / target if target else document)]
    assert not missing


def test_scripts_that_are_named_exist(document, repository):
    named = set(re.findall(r"\bscripts/([a-z]+)\b", document.read_text(encoding="utf-8")))
    assert {name for name in named if not (repository / "scripts" / name).is_file()} == set()


def test_presets_that_are_named_exist(document, repository):
    presets = (repository / "CMakePresets.json").read_text(encoding="utf-8")
    named = re.findall(r"--preset[ =]([a-z-]+)", document.read_text(encoding="utf-8"))
    assert [name for name in named if f'"name": "{name}"' not in presets] == []


def test_options_of_the_load_generator_that_are_named_exist(repository, loadgen_options):
    words = commands_in((repository / "docs/measuring.md").read_text(encoding="utf-8"))
    named = {word for word in words if re.match(r"--[a-z]", word)}
    assert len(named) > 5
    assert named - loadgen_options == set()


@pytest.mark.parametrize("name", ["README.md", "ARCHITECTURE.md", "docs/protocol.md",
                                  "docs/operations.md"])
def test_options_that_are_named_exist(repository, options, fake_options, loadgen_options, name):
    words = commands_in((repository / name).read_text(encoding="utf-8"))
    named = {word.partition("=")[0].rstrip(".,:;") for word in words if re.match(r"--[a-z]", word)}
    assert named & options
    assert named - options - fake_options - loadgen_options - OTHERS_OPTIONS == set()


def test_settings_in_the_examples_of_files_are_accepted(repository, iotcpd_run, tmp_path):
    text = (repository / "docs/operations.md").read_text(encoding="utf-8")
    example = re.search(r"```\n(daemon +=.*?)```", text, re.S).group(1)
    path = tmp_path / "iotcpd.conf"
    path.write_text(example, encoding="utf-8")
    ended = iotcpd_run("--config", path, "--check-config")
    assert (ended.returncode, ended.stderr) == (0, b""), ended


def test_the_architecture_names_files_that_exist(repository):
    text = (repository / "ARCHITECTURE.md").read_text(encoding="utf-8")
    named = re.findall(r"`((?:app|edge|policy|common|redirector|fake-daemons)/[a-z_/.]+)`", text)
    assert len(named) > 20

    def exists(name):
        roots = [repository, repository / "redirector"]
        return any((root / (name + suffix)).exists() for root in roots for suffix in ("", ".h", ".cpp"))

    assert [name for name in named if not exists(name)] == []


def test_the_harness_names_its_modules(repository):
    package = repository / "tests/harness/pytest_iotcpd"
    modules = {path.stem for path in package.iterdir()
               if path.suffix == ".py" or (path / "__init__.py").exists()}
    rows = re.findall(r"^\| (`.*?) \|", (repository / "tests/harness/README.md").read_text(), re.M)
    assert modules - {name for row in rows for name in re.findall(r"`(\w+)`", row)} == set()
