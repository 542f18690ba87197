# 1 request in 20 goes wrong: crash, hang, torn or stray reply
latency = lognormal(5ms, p99=40ms)
fault = after-read = 1% kill(SEGV)
fault = after-read = 0.5% exit(1)
fault = after-read = 0.5% hang
fault = before-reply = 1% drop
fault = before-reply = 0.5% truncate(5)
fault = before-reply = 0.5% no-newline
fault = before-reply = 1% extra-line("a line that nobody asked for")
