# squidGuard on a good day: most lookups below 1 ms
personality = squidguard
startup = lognormal(60ms, p99=200ms)
latency = lognormal(300us, p99=3ms)
