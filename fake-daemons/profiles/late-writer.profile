# 1 reply in 20 is followed by a line, up to 30 ms later
# What arrives before iotcpd --settle 50ms is over condemns it and reaches nobody.
latency = lognormal(2ms, p99=10ms)
fault = after-reply = 5% late("a line that comes late", uniform(1ms, 30ms))
