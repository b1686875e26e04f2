"""Do the keys of a system fit together? Each component says by their fingerprints which private keys it has,
and which public keys of others it uses; each judges its own uses (ADR 0048).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict


class KeyStatement(BaseModel):
    """What one process says of its keys: ids only, as in `Sealed.key_id`. Unknown fields are ignored, so that
    a later release may say more.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    component: str
    instance: str
    opens: Sequence[str] = ()
    """Sealing keys that it can open with; several while they are changed."""
    signs: Sequence[str] = ()
    """Signing keys that it signs with."""
    seals_for: Mapping[str, str] = {}
    """By recipient: the key that it seals with."""
    believes: Mapping[str, str] = {}
    """By signer: the key that it checks signatures with."""
    asks: bool = False
    """Whether the others shall say theirs at once, instead of in their own time."""


@dataclass(frozen=True, slots=True, order=True)
class Mismatch:
    """A public key that is used, and that none of its owner's processes has the private one of."""

    owner: str
    purpose: str
    used: str
    held: tuple[str, ...]

    def __str__(self) -> str:
        return (
            f"{self.purpose} {self.owner} with key {self.used}, but {self.owner} has {', '.join(self.held)}"
        )


class KeyAgreement:
    """What has been heard of the owners of the keys that one process uses. Users are judged, owners never: in
    a rotation whoever has the private keys comes first, and waits for nobody.
    """

    def __init__(self, own: KeyStatement, *, remembers: float) -> None:
        """`remembers`: for how many seconds a statement counts after it was heard."""
        self.own = own
        self._remembers = remembers
        self._heard: dict[tuple[str, str], tuple[float, KeyStatement]] = {}
        self._proved: set[tuple[str, str]] = set()

    def hear(self, said: KeyStatement, *, at: float) -> None:
        """Takes a statement that its component is known to have made."""
        oldest = at - self._remembers
        self._heard = {key: found for key, found in self._heard.items() if found[0] > oldest}
        self._heard[said.component, said.instance] = (at, said)
        for purpose, owner, used in self._uses():
            if used in self._held(purpose, owner):
                self._proved.add((purpose, owner))

    def not_heard_of(self) -> list[str]:
        """The owners of used keys who have said nothing yet: away, or of a release that does not say."""
        speaking = {component for component, _ in self._heard}
        return sorted({owner for _, owner, _ in self._uses()} - speaking)

    def mismatches(self) -> list[Mismatch]:
        """Of all uses whose owner has said something, those that fit none of what its processes hold."""
        found = []
        for purpose, owner, used in self._uses():
            held = self._held(purpose, owner)
            if held and used not in held:
                found.append(Mismatch(owner, purpose, used, tuple(sorted(held))))
        return sorted(found)

    def wrong_from_the_start(self) -> list[Mismatch]:
        """Those that never fitted since this process began: its settings are wrong, or the owner's are. What
        has fitted once is being changed, and no reason to stop working.
        """
        return [each for each in self.mismatches() if (each.purpose, each.owner) not in self._proved]

    def used_wrongly_by(self, said: KeyStatement) -> list[Mismatch]:
        """Keys that the other one takes for ours, and that we have not."""
        wanted = (
            ("seals for", said.seals_for.get(self.own.component), self.own.opens),
            ("believes", said.believes.get(self.own.component), self.own.signs),
        )
        return [
            Mismatch(self.own.component, purpose, used, tuple(sorted(held)))
            for purpose, used, held in wanted
            if used is not None and held and used not in held
        ]

    def _uses(self) -> list[tuple[str, str, str]]:
        sealing = [("seals for", owner, used) for owner, used in self.own.seals_for.items()]
        return sealing + [("believes", owner, used) for owner, used in self.own.believes.items()]

    def _held(self, purpose: str, owner: str) -> set[str]:
        said = [each for (component, _), (_, each) in self._heard.items() if component == owner]
        return {key for each in said for key in (each.opens if purpose == "seals for" else each.signs)}
