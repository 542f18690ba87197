# ends after 50 replies; its child holds the pipes for 30 s
latency = lognormal(1ms, p99=5ms)
fault = after-reply = every(50) linger-child(30s, session)
fault = after-reply = every(50) exit(0)
