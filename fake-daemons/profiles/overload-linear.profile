# squid-channel: 2 ms, and 1 ms for each request outstanding
# For redirectors that give a daemon several requests at a time; with one at a time it is 3 ms.
personality = squid-channel
latency = load(2ms, 1ms)
