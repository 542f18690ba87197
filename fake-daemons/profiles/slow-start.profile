# reads after 1 to 3 s, as with a database to rebuild, and warms up
personality = squidguard
# The lists are read and sorted, then written.
fault = startup = stderr(500B)
fault = startup = spin(uniform(300ms, 600ms))
startup = uniform(1s, 2.5s)
# Its caches fill.
fault = after-read = first(20) sleep(exp(20ms))
latency = lognormal(300us, p99=3ms)
