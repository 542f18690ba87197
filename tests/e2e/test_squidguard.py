"""The main job: Debian's real squidGuard behind a port, spoken to by real clients."""

import importlib.util
import pathlib
import subprocess

import pytest

from pytest_iotcpd import ERROR_REPLY, in_parallel, scaled

FOLDER = pathlib.Path(__file__).resolve().parent / "squidguard"
CLIENT_FIELDS = "127.0.1.1/10.129.23.1 - GET myip=- myport=3127"
REDIRECT = b'OK status=302 url="http://foo.bar?found=adblock"\n'
PASSED = b"ERR\n"  # squidGuard's own word for "leave it as it is"

LISTED = ("http://bar.baaz.foo/test.html", "http://www.bar.baaz.foo/test.html",
          "http://adserver.example.com/pixel?id=7", "http://cdn.example.net/banners/top/1.gif")
ADS = ("http://news.example.org/page?x=1&ad_box_left", "http://pics.example.org/top_ad.jpg",
       "http://pics.example.org/side-ads.PNG", "http://shop.example.org/adframe.html",
       "http://shop.example.org/list?adunit=3")
CLEAN = ("http://bar.baaz.foo/", "http://bar.baaz.foo/other.html", "http://www.debian.org/",
         "http://pics.example.org/lead.jpg", "http://news.example.org/roadserver")


def request_for(url):
    return f"{url} {CLIENT_FIELDS}\n".encode()


def expected_for(url):
    return PASSED if url in CLEAN else REDIRECT


@pytest.fixture
def adblock(iotcpd):
    """The README's example, word for word but for the port."""
    return iotcpd("squidGuard -c sg/adblock.conf", 8,
                  listen=("--ipv4", "127.0.0.1", "--port", "0"), cwd=FOLDER)


@pytest.mark.parametrize("url", LISTED)
def test_a_listed_url_is_redirected(adblock, url):
    assert adblock.ask(request_for(url)) == REDIRECT


@pytest.mark.parametrize("url", ADS)
def test_an_ad_expression_is_redirected(adblock, url):
    assert adblock.ask(request_for(url)) == REDIRECT


@pytest.mark.parametrize("url", CLEAN)
def test_a_clean_url_gets_squidguards_own_err(adblock, url):
    assert adblock.ask(request_for(url)) == PASSED
    # It was squidGuard that said ERR, and not iotcpd's error reply.
    stats = adblock.stats()
    assert (stats["queries replied"], stats["queries failed"]) == (1, 0)


def test_eight_daemons_answer_many_clients_each_its_own_url(adblock):
    urls = (LISTED + ADS + CLEAN) * 20
    replies = in_parallel(adblock.ask, [request_for(url) for url in urls], workers=8)
    assert replies == [expected_for(url) for url in urls]
    stats = adblock.stats().check_law()
    assert stats["queries replied"] == len(urls)
    assert stats["daemon spawns"] == 8


@pytest.mark.parametrize("url", [LISTED[0], ADS[0], CLEAN[0]])
def test_nc_reads_the_reply_and_ends(adblock, url):
    """nc without any option ends at the server's EOF, and its own input ends before the reply."""
    answered = subprocess.run(["nc", adblock.host, str(adblock.port)], input=request_for(url),
                              capture_output=True, timeout=scaled(10), check=False)
    assert (answered.returncode, answered.stdout) == (0, expected_for(url))


def test_nc_that_half_closes_still_reads_the_reply(adblock):
    answered = subprocess.run(["nc", "-N", adblock.host, str(adblock.port)],
                              input=request_for(LISTED[0]), capture_output=True, timeout=scaled(10),
                              check=False)
    assert (answered.returncode, answered.stdout) == (0, REDIRECT)


def load_generator():
    spec = importlib.util.spec_from_file_location("make_blocklist", FOLDER / "make_blocklist.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_generated_list_depends_on_its_seed_alone(tmp_path):
    domains = load_generator().domains
    assert domains(1000, seed=7) == domains(1000, seed=7)
    assert domains(1000, seed=7) != domains(1000, seed=8)
    assert len(set(domains(1000, seed=7))) == 1000


def test_a_list_of_100000_domains_works(iotcpd, tmp_path):
    listed = load_generator().write(tmp_path, count=100_000, seed=1)
    server = iotcpd("squidGuard -c sg/blocklist.conf", 2, cwd=tmp_path)
    blocked = b'OK status=302 url="http://foo.bar?found=blocklist"\n'
    sample = listed[::10_000] + listed[-1:]
    # Two at a time: the daemons read their database first, and nobody shall wait in the queue.
    requests = [request_for(f"http://{name}/x") for name in sample]
    replies = in_parallel(server.ask, requests, workers=2)
    assert replies == [blocked] * len(sample)
    assert server.ask(request_for(f"http://sub.{sample[0]}/")) == blocked
    assert server.ask(request_for(f"http://clean-{sample[0]}/")) == PASSED
    assert server.ask(request_for("http://www.debian.org/")) == PASSED


def test_a_wrapped_squidguard_gives_the_same_bytes_over_10000_requests(fake_daemon_binary):
    urls = LISTED + ADS + CLEAN
    requests = b"".join(request_for(urls[number % len(urls)]) for number in range(10_000))
    command = ["squidGuard", "-c", "sg/adblock.conf"]
    wrapped = [fake_daemon_binary, "--fault", "before-reply = after(10000) duplicate", "--wrap", "--",
               *command]
    bare, through = (
        subprocess.run(words, input=requests, capture_output=True, cwd=FOLDER, timeout=scaled(30),
                       check=True).stdout for words in (command, wrapped))
    assert bare == through
    assert bare.count(b"\n") == 10_000 and REDIRECT in bare and PASSED in bare


# -- faults around it, and its emergency mode --------------------------------------------------

def test_faults_around_a_squidguard_cost_their_clients_only(iotcpd, fake):
    faults = ["before-reply = match(/twice/) duplicate", "before-reply = match(/torn/) truncate(5)",
              "after-read = match(/dies/) kill(SEGV)"]
    daemon = fake(fault=faults, wrap=["squidGuard", "-c", "sg/adblock.conf"])
    server = iotcpd(str(daemon), 1, cwd=FOLDER, options={"busy_timeout": f"{scaled(1):g}s"})
    server.expect_log("condemned: ", "killed by signal", "exited with", "stderr: ")
    for marked, reply in (("twice", REDIRECT), ("torn", ERROR_REPLY), ("dies", ERROR_REPLY)):
        assert server.ask(request_for(f"{LISTED[0]}?{marked}")) == reply, marked
        assert server.ask(request_for(LISTED[0])) == REDIRECT, f"after {marked}"
    stats = server.stats().check_law()
    assert stats.outcomes == (4, 1, 1, 0)
    assert (stats["condemned stray-output"], stats["condemned timeout"]) == (1, 1)
    assert [daemon.fired(action) for action in ("duplicate", "truncate", "kill")] == [1, 1, 1]


def broken(folder):
    """A configuration whose database is not there: squidGuard is alive then, and passes everything."""
    (folder / "sg").mkdir()
    text = (FOLDER / "sg" / "adblock.conf").read_text(encoding="utf-8")
    text = text.replace("dbhome sg/db", "dbhome sg/gone")
    (folder / "sg" / "adblock.conf").write_text(text, encoding="utf-8")
    return folder


def test_without_a_probe_a_squidguard_in_emergency_mode_passes_everything(iotcpd, tmp_path):
    server = iotcpd("squidGuard -c sg/adblock.conf", 1, cwd=broken(tmp_path))
    assert server.ask(request_for(LISTED[0])) == PASSED
    assert server.stats()["queries replied"] == 1


def test_a_probe_keeps_a_squidguard_in_emergency_mode_from_every_client(iotcpd, tmp_path):
    probed = {"probe": request_for(LISTED[0]).decode().rstrip("\n"), "probe_expect": "^OK status=302",
              "queue_timeout": "500ms", "alarm_interval": "100ms"}
    server = iotcpd("squidGuard -c sg/adblock.conf", 1, cwd=broken(tmp_path), wait_ready=False,
                    options=probed).wait_listening()
    server.expect_log("condemned: probe", "keeps dying", "exited with", "killed by signal")
    server.wait_log("condemned: probe")
    server.ask(request_for(LISTED[1]))
    stats = server.stats().check_law()
    assert (stats.outcomes, stats["failed queue-timeout"]) == ((0, 0, 1, 0), 1)
    assert stats["daemon S_AVAILABLE"] == 0
    (tmp_path / "sg" / "gone").symlink_to(FOLDER / "sg" / "db")  # the database is back
    server.wait_ready(within=20)
    assert server.ask(request_for(LISTED[1])) == REDIRECT
    assert server.ask(request_for(CLEAN[0])) == PASSED
