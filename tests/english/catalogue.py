"""`make english`: gateway/english.po with exactly the sentences that pages say. What is new waits for its
English; what nobody says any more is gone.
"""

from __future__ import annotations

import sys

import polib
from english.sentences import every_sentence

from gateway.language import CATALOGUE

_WIDTH = 110
_HEAD = {
    "Project-Id-Version": "aicom-mypage",
    "Language": "en",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
}


def brought_up_to_date(known: polib.POFile) -> polib.POFile:
    """The catalogue in the order of the sentences, with all that is known of them."""
    fresh = polib.POFile(wrapwidth=_WIDTH)
    fresh.metadata = _HEAD
    entries = {entry.msgid: entry for entry in known if not entry.obsolete}
    for sentence, places in every_sentence().items():
        entry = entries.get(sentence) or polib.POEntry(msgid=sentence)
        entry.occurrences = [(place, "") for place in places]
        fresh.append(entry)
    return fresh


if __name__ == "__main__":
    catalogue = brought_up_to_date(polib.pofile(str(CATALOGUE)))
    catalogue.save(str(CATALOGUE))
    for entry in catalogue.untranslated_entries():
        sys.stdout.write(f"{entry.occurrences[0][0]}: {entry.msgid}\n")
