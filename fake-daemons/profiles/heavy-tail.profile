# fast mostly; 1 request in 100 takes 200 ms to minutes
latency = mix(94%:lognormal(5ms, p99=20ms), 5%:exp(50ms), 1%:pareto(200ms, 1.1))
