"""Chaos soak: a swarm of faults and of misbehaving clients under load, for as long as one likes, with
every request joined by its token and judged.

A Soak is a row of campaigns. Each has a redirector of its own, and consists of rounds: a run of
iotcpd-loadgen with faults, misbehaviour and refreshes that the seed has chosen for it. At the end of
a round trace and journal are joined, judged together with the generator's account, and dropped.
"""

from .plan import Campaign, Round, campaigns
from .soak import Limits, Soak
from .tools import Tools
from .verdict import Verdict

__all__ = ["Campaign", "Limits", "Round", "Soak", "Tools", "Verdict", "campaigns"]
