# five processes of each slot end at once, then it serves
startup = 20ms
fault = startup = first(5) stderr(120B)
fault = startup = first(5) exit(1)
latency = lognormal(1ms, p99=5ms)
