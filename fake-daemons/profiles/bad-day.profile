# everything that can go wrong, each rarely: for soaks
# For daemons that answer one request at a time; late lines want iotcpd --settle 50ms.
startup = lognormal(50ms, p99=500ms)
latency = mix(90%:lognormal(3ms, p99=30ms), 9%:exp(50ms), 1%:pareto(200ms, 1.5))
# It starts late, or not at all, or not to serve.
fault = startup = 5% sleep(uniform(500ms, 2s))
fault = startup = 5% exit(1)
fault = startup = 1% abort
fault = startup = 1% stop-reading
# It talks.
fault = after-reply = 1% stderr(64KiB)
fault = after-reply = 0.5% stderr(4KiB, 8KiB)
fault = idle = 0.5% chatter(50ms)
fault = before-reply = 0.3% extra-line("a line that nobody asked for")
fault = after-reply = 0.3% late("a line that comes late", uniform(1ms, 30ms))
# It is slow, or never done.
fault = after-read = 1% spin(20ms)
fault = before-read = 1% sleep(exp(20ms))
fault = after-read = 0.1% hang
fault = before-reply = 0.2% drop
# What it says is wrong.
fault = before-reply = 1% dribble(8B, 2ms)
fault = before-reply = 0.2% truncate(5)
fault = before-reply = 0.2% no-newline
fault = before-reply = 0.2% oversize(128KiB)
fault = before-reply = 0.2% garbage(300B)
fault = before-reply = 0.2% duplicate
fault = mid-reply(3) = 0.2% kill(KILL)
# It ends, or looks as if it had.
fault = after-read = 0.3% kill(SEGV)
fault = after-read = 0.3% exit(1)
fault = after-reply = 0.1% close-stdin
fault = after-reply = 0.1% close-stdout
fault = after-reply = 0.1% linger-child(5s, session)
fault = after-reply = 0.1% exit(0)
# It does not want to go.
fault = on-term = 10% ignore(TERM)
fault = on-eof = 5% hang
