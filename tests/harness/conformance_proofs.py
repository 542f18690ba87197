"""Which mutant shows of which conformance scenario that it can fail, and with what words it must."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Proof:
    """`mutant` fails `scenario`, and what was seen of it contains a match of `seen`.

    The scenario's own deadlines are multiplied by `patience`: what a mutant does not do by then it never
    does, as the words confirm.
    """
    scenario: str
    mutant: str
    seen: str
    patience: float = 0.2

    def __str__(self):
        return f"{self.scenario}-{self.mutant}"


REFUSED, STRANGE, SILENCE = "not its own reply", "neither its own reply nor a refusal", "no answer within"
NOT_SERVED = "a request is served"

PROOFS = [Proof(*row) for row in (
    ("clients/one-byte-at-a-time-is-fast-enough", "hasty-with-clients", f"{REFUSED}|Broken pipe"),
    ("clients/half-a-line-occupies-no-daemon", "borrows-at-first-byte", REFUSED),
    ("clients/silent-connections-keep-nobody-waiting", "few-clients", REFUSED),
    ("clients/resets-do-no-harm", "dies-of-reset", "refused|ended by itself"),
    ("clients/a-line-without-end-takes-no-memory", "boundless-line", "KiB more"),
    ("clients/who-takes-no-reply-delays-nobody", "waits-for-readers", SILENCE),
    ("clients/many-clients-at-once-each-get-an-answer", "lost-reply", SILENCE),
    ("clients/after-the-rush-all-is-as-before", "stops-accepting", SILENCE),
    ("contract/each-client-gets-the-reply-to-its-own-request", "same-reply-for-all", REFUSED),
    ("contract/the-end-of-the-stream-follows-the-reply", "resets-after-reply", "and reset"),
    ("contract/an-empty-line-is-a-request", "drops-empty-lines", REFUSED),
    ("contract/a-long-line-is-passed-whole", "short-requests-only", REFUSED),
    ("contract/a-long-reply-is-passed-whole", "cuts-long-replies", "got b'@before-reply"),
    ("contract/a-carriage-return-is-kept", "strips-carriage-return", REFUSED),
    ("contract/bytes-above-127-are-kept", "seven-bit", REFUSED),
    ("contract/a-nul-byte-is-data", "nul-ends-line", REFUSED),
    ("contract/a-request-in-pieces-is-one-request", "piece-is-request", f"{REFUSED}|Broken pipe"),
    ("contract/a-reply-in-pieces-is-one-reply", "piece-is-reply", REFUSED),
    ("contract/a-client-that-sends-no-more-is-answered", "half-close-is-departure", REFUSED),
    ("contract/what-follows-the-request-reaches-no-daemon", "passes-two-lines", "recv"),
    ("contract/what-follows-the-request-does-not-eat-the-reply", "resets-on-surplus", "reset"),
    ("contract/half-a-request-does-no-harm", "keeps-half-a-request", REFUSED),
    ("ending/term-ends-it-and-its-daemons", "deaf-to-term", "still running"),
    ("ending/daemons-that-ignore-term-do-not-outlive-it", "ends-politely", "no daemon outlives"),
    ("ending/daemons-do-not-outlive-one-that-was-killed", "daemons-hold-their-input", "no daemon outlives"),
    ("ending/a-request-at-work-is-answered-after-term", "never-done", "still running"),
    ("ending/nobody-is-accepted-after-term", "accepts-on", "somebody still listened"),
    ("ending/the-port-is-free-for-the-next", "port-stays-taken", "ended with code"),
    ("isolation/replies-find-their-clients-under-load", "crossed-replies", STRANGE),
    ("isolation/the-reply-of-a-client-that-has-left-reaches-nobody", "leaver-frees-daemon", STRANGE),
    ("isolation/an-extra-line-reaches-nobody", "off-by-one", STRANGE),
    ("isolation/an-extra-line-reaches-nobody", "second-reply", STRANGE),
    ("isolation/a-reply-given-twice-is-passed-once", "off-by-one", STRANGE),
    ("isolation/a-line-written-while-idle-reaches-nobody", "keeps-idle-lines", STRANGE),
    ("isolation/half-a-reply-is-no-reply", "truncated-reply", STRANGE),
    ("isolation/a-huge-reply-is-passed-whole-or-refused", "cuts-long-replies", "got b'@before-reply"),
    ("isolation/a-misbehaving-pool-never-mixes-replies", "off-by-one", STRANGE),
    ("leaks/clients-leave-nothing-behind", "thread-leak", "threads"),
    ("leaks/daemons-leave-nothing-behind", "descriptor-leak", "descriptors"),
    ("pool/n-daemons-work-at-a-time", "one-at-a-time", "3 requests at work", 0.1),
    ("pool/a-daemon-serves-one-request-after-the-other", "serves-few", "assert 4 == 1"),
    ("pool/no-more-than-n-daemons-run", "more-than-asked", r"assert \d+ <= 3"),
    ("pool/a-busy-daemon-holds-up-no-other", "one-at-a-time", "held up"),
    ("pool/a-request-waits-for-a-daemon", "nobody-calls-the-queue", SILENCE),
    ("pool/the-queue-is-served-in-order", "last-come-first-served", "tk_"),
    ("pool/who-leaves-the-queue-costs-nobody-anything", "leaver-takes-neighbour", SILENCE),
    ("refresh/all-daemons-are-replaced", "refresh-loses-slot", "as many as before"),
    ("refresh/no-request-is-lost", "break-before-make", "ERR"),
    ("statistics/the-block-has-the-known-lines", "other-label", r"assert \['queries"),
    ("statistics/every-request-is-counted-once", "uncounted-reply", "queries total"),
    ("statistics/the-buckets-sum-to-the-replied", "bucket-hole", "in buckets"),
    ("statistics/the-outcomes-sum-to-the-total", "leaver-uncounted", "outcomes of"),
    ("statistics/the-daemons-are-counted", "one-state-missing", "three daemons in the block"),
    ("statistics/asking-for-statistics-disturbs-no-request", "asking-costs", "ERR"),
    ("supervision/a-daemon-that-is-killed-is-replaced", "no-respawn", NOT_SERVED),
    ("supervision/all-daemons-are-replaced", "slot-lost", "three others"),
    ("supervision/a-death-is-told-to-the-client-it-concerns", "lost-request", SILENCE),
    ("supervision/a-daemon-that-always-exits-after-its-reply-is-always-replaced", "no-respawn", NOT_SERVED),
    ("supervision/a-crash-loop-does-not-spin", "no-back-off", "starts within"),
    ("supervision/a-crash-loop-leaves-no-client-without-an-answer", "nobody-is-refused", SILENCE),
    ("supervision/daemons-that-recover-serve", "gives-up", NOT_SERVED, 0.1),
    ("supervision/no-zombies", "zombie-leak", "no zombies"),
    ("supervision/daemons-inherit-no-descriptors", "inherits-clients", "shares"),
    ("supervision/a-flood-on-stderr-blocks-nobody", "stderr-unread", REFUSED),
    ("supervision/a-child-that-holds-the-pipe-hides-no-death", "death-by-end-of-output", SILENCE),
    ("supervision/a-daemon-that-has-closed-its-stdout-is-replaced", "dumb-stays-in-pool", NOT_SERVED),
    ("timeouts/a-daemon-that-hangs-is-given-up", "answers-itself", "answered, though"),
    ("timeouts/a-daemon-that-was-given-up-is-replaced", "timed-out-serves-on", NOT_SERVED),
    ("timeouts/a-late-reply-reaches-nobody", "late-reply-to-next", STRANGE),
    ("timeouts/half-a-reply-is-no-part-of-the-next", "keeps-half-a-reply", STRANGE),
    ("timeouts/a-client-that-sends-nothing-is-closed", "answers-silence", "ERR"),
    ("timeouts/a-client-that-sends-half-a-line-is-closed", "completes-lines", "tk_"),
)]
