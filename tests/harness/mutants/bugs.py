"""All mutants by name: LateReplyLeak is --bug late-reply-leak."""

import re

import bugs_channel
import bugs_clients
import bugs_contract
import bugs_counting
import bugs_keeping
import bugs_lending
import bugs_pool
import bugs_processes
import bugs_replies
from concurrency import ConcurrentRedirector
from redirector import Redirector


def _name(mutant):
    return re.sub(r"(?<!^)(?=[A-Z])", "-", mutant.__name__).lower()


TWINS = (Redirector, ConcurrentRedirector)
BUGS = {"none": Redirector,
        **{_name(mutant): mutant
           for module in (bugs_channel, bugs_clients, bugs_contract, bugs_counting, bugs_keeping,
                          bugs_lending, bugs_pool, bugs_processes, bugs_replies)
           for mutant in vars(module).values()
           if isinstance(mutant, type) and issubclass(mutant, Redirector) and mutant not in TWINS}}


def redirector_of(settings):
    """The mutant that `settings` name, or the twin that is fit for them."""
    if settings.bug == "none" and settings.concurrency:
        return ConcurrentRedirector
    return BUGS[settings.bug]
