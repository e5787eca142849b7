"""The trust file (C2SP tlog-policy): whose signature makes a checkpoint count.

It is handed to an auditor by another way than the bundle (a contract's annex, DNS, paper): whoever forges a log signs
it anew, and would gladly ship his own key beside it.
"""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from governance.audit.note import COSIGNATURE, ED25519, Note, VerifierKey
from governance.errors import IntegrityError, InvalidError

NO_QUORUM = "none"


@dataclass(frozen=True)
class Group:
    """A named set of witnesses and groups, of which at least `threshold` must have vouched."""

    threshold: int
    members: tuple[str, ...]


@dataclass(frozen=True)
class TrustPolicy:
    """The logs that are known, the witnesses, and which of these must have cosigned."""

    logs: tuple[VerifierKey, ...]
    witnesses: Mapping[str, VerifierKey] = field(default_factory=dict)
    groups: Mapping[str, Group] = field(default_factory=dict)
    quorum: str = NO_QUORUM
    urls: Mapping[str, str] = field(default_factory=dict)
    """Where a witness is asked (C2SP tlog-witness, its submission prefix), by its name in this file."""

    def __str__(self) -> str:
        lines = [f"log {key}" for key in self.logs]
        lines += [f"witness {name} {key}" for name, key in self.witnesses.items()]
        lines += [
            f"group {n} {group.threshold} {' '.join(group.members)}" for n, group in self.groups.items()
        ]
        return "\n".join([*lines, f"quorum {self.quorum}"]) + "\n"

    def accept(self, origin: str, note: Note) -> None:
        """Do nothing if `note` is signed by a known log called `origin` and cosigned by the quorum.

        Raises `IntegrityError` saying which of the two is missing.
        """
        keys = [key for key in self.logs if key.name == origin]
        if not keys:
            raise IntegrityError(
                f"the trust file knows no log called {origin}: a restored backup or a new year begins a log with a key "
                "of its own, so ask for a new trust file, by another way than this bundle"
            )
        if not note.signed_by(keys):
            raise IntegrityError(f"no key that the trust file names for {origin} has signed the checkpoint")
        if not self.is_witnessed(note):
            raise IntegrityError("fewer witnesses have cosigned the checkpoint than the trust file demands")

    def is_witnessed(self, note: Note) -> bool:
        """Return whether the quorum has cosigned `note`, whichever log it is of.

        Raises `IntegrityError` if a cosignature by a known witness does not hold.
        """
        return self._vouched(self.quorum, note.signed_by(self.witnesses.values()))

    def _vouched(self, name: str, signed: AbstractSet[VerifierKey]) -> bool:
        if name == NO_QUORUM:
            return True
        if name in self.witnesses:
            return self.witnesses[name] in signed
        group = self.groups[name]
        return sum(self._vouched(member, signed) for member in group.members) >= group.threshold


class _Reader:
    """Takes a trust file line by line and refuses what the norm refuses."""

    def __init__(self) -> None:
        self.logs: list[VerifierKey] = []
        self.witnesses: dict[str, VerifierKey] = {}
        self.groups: dict[str, Group] = {}
        self.quorum: str | None = None
        self.urls: dict[str, str] = {}
        self._grouped: set[str] = set()

    def take(self, words: list[str]) -> None:
        """Take one line that is neither empty nor a comment."""
        match words:
            case ["log", key] | ["log", key, _]:
                self.logs.append(_key(key, ED25519, self.logs))
            case ["witness", name, key] | ["witness", name, key, _]:
                self._new(name)
                self.urls |= dict.fromkeys([name], words[3]) if words[3:] else {}
                self.witnesses[name] = _key(key, COSIGNATURE, list(self.witnesses.values()))
            case ["group", name, threshold, *members] if members:
                self._group(name, threshold, members)
            case ["quorum", name]:
                if self.quorum is not None:
                    raise InvalidError("a trust file has one quorum line")
                if name != NO_QUORUM:
                    self._known(name)
                self.quorum = name
            case _:
                raise InvalidError("a line of the trust file is none of log, witness, group, quorum")

    def _group(self, name: str, threshold: str, members: list[str]) -> None:
        self._new(name)
        for member in members:
            self._known(member)
            if member in self._grouped:
                raise InvalidError("a witness or group is a member of one group only")
            self._grouped.add(member)
        needed = {"any": "1", "all": str(len(members))}.get(threshold, threshold)
        if not needed.isascii() or not needed.isdigit() or not 1 <= int(needed) <= len(members):
            raise InvalidError("the threshold of a group is any, all, or a number of its members")
        self.groups[name] = Group(int(needed), tuple(members))

    def _new(self, name: str) -> None:
        if name == NO_QUORUM or name in self.witnesses or name in self.groups:
            raise InvalidError("a name in the trust file is used twice")

    def _known(self, name: str) -> None:
        if name not in self.witnesses and name not in self.groups:
            raise InvalidError("the trust file refers to a name before it is defined")


def parse(text: str) -> TrustPolicy:
    """Return the policy that `text` writes.

    Raises `InvalidError` where the norm refuses it, and where it names no log: then nothing could be trusted.
    """
    policy = parse_witnesses(text)
    if not policy.logs:
        raise InvalidError("the trust file names no log")
    return policy


def parse_witnesses(text: str) -> TrustPolicy:
    """Return the policy that `text` writes, which may name no log: whoever reads it knows the logs already.

    Raises `InvalidError` where the norm refuses it.
    """
    if any(char < " " and char not in "\t\n" for char in text) or "\x7f" in text:
        raise InvalidError("the trust file holds control characters")
    reader = _Reader()
    for line in text.split("\n"):
        words = line.replace("\t", " ").split(" ")
        words = [word for word in words if word]
        if words and not words[0].startswith("#"):
            reader.take(words)
    if reader.quorum is None:
        raise InvalidError("the trust file has no quorum line")
    return TrustPolicy(tuple(reader.logs), reader.witnesses, reader.groups, reader.quorum, reader.urls)


def _key(text: str, kind: int, others: list[VerifierKey]) -> VerifierKey:
    key = VerifierKey.parse(text)
    if key.kind != kind:
        raise InvalidError("a log signs notes and a witness cosigns them: the trust file mixes the two")
    if any(key.public == other.public for other in others):
        raise InvalidError("a key stands twice in the trust file")
    return key
