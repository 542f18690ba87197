# three lines on stderr a request; on stdout when idle for 2 s
latency = lognormal(1ms, p99=5ms)
fault = startup = stderr(2KiB)
fault = after-reply = stderr(300B)
fault = idle = chatter(2s)
