"""The offline block list of passwords: small, because throttling and Argon2id carry the rest (Q7, S2-8, ASVS
6.2.4).
"""

from collections.abc import Iterable

HOUSE_WORDS = frozenset(
    {"aicom", "aikomu", "aikom", "koka", "kouka", "aicomkoka", "aikomukoka", "aicomkouka"}
)
"""Words of the company's own name, which a stranger tries first (ASVS 6.2.11)."""

# Each stands for itself and for itself among digits: `password` refuses Password, password1 and 2024passWord.
# The manual's own examples of good passwords begin with abcdef and must stay usable (T13), so no such run is
# listed.
COMMON_WORDS = frozenset(
    """
    password passwd passw0rd pass passwords passcode passphrase pasuwado pasuwaado secret himitsu anshou
    admin administrator root user guest test tester testtest login welcome letmein letmeinnow changeme default temp
    access master server internet computer network system windows android iphone google yahoo amazon rakuten docomo
    softbank mypage member account hello helloworld hellohello freedom whatever trustno nothing
    qwerty qwertyu qwertyui qwertyuiop qwer qwe asdf asdfg asdfgh asdfghjk asdfghjkl asd zxcv zxcvb zxcvbn zxcvbnm zxc
    qazwsx qazwsxedc qaz wsx 1qaz2wsx 1qaz2wsx3edc 2wsx3edc zaq12wsx zaq1xsw2 xsw2zaq1 1q2w3e 1q2w3e4r 1q2w3e4r5t
    q1w2e3 q1w2e3r4 q1w2e3r4t5 q2w3e4r5 a1b2c3 a1b2c3d4 a1s2d3f4 abc abcd abcabc abc123abc aaa aaaa aabb aabbcc
    123qwe 123456 1234567 12345678 123456789 1234567890 0123456789 87654321 987654321 9876543210 654321
    12341234 123123 147258369 159753 123654 112233 121212 1122334455 12121212
    iloveyou ilove love lovelove loveyou lovely forever sunshine princess angel flower summer winter spring autumn
    monkey dragon tiger tigers lion eagle eagles hawks giants dragons swallows carp marines hanshin football baseball
    soccer basketball hockey tennis golf master superman batman spiderman starwars mustang shadow killer ninja samurai
    michael jordan daniel thomas charlie jessica ashley nicole hannah andrew robert george william
    pokemon pikachu doraemon anpanman totoro naruto onepiece dragonball mario nintendo playstation kitty snoopy disney
    mickey minnie arashi sakura himawari momiji hikari hoshi sora umi yuki haru natsu aki fuyu inu neko wanwan nyanko
    momo hana koro pochi tama kazoku tomodachi daisuki aishiteru arigato arigatou konnichiwa ohayou sayonara aiueo
    kakikukeko jankenpon nihon nippon japan tokyo osaka kyoto nagoya shiga biwako otsu minakuchi shigaraki ninjya
    sato satou suzuki takahashi tanaka watanabe ito itou yamamoto nakamura kobayashi kato katou yoshida yamada sasaki
    yamaguchi matsumoto inoue kimura hayashi shimizu yamazaki mori ikeda hashimoto
    taro tarou hanako ichiro ichirou jiro jirou kenji hiroshi takashi akira makoto keiko yoko youko kazuko emiko
    """.split()  # noqa: SIM905 - words to read, not a column of quotes
)

_FEWEST_DIFFERENT_CHARACTERS = 4
_SHORTEST_RELATED_WORD = 4


def is_guessable(typed: str, related: Iterable[str]) -> bool:
    """True if a stranger who knows the `related` words would try the password early.

    That is: fewer than four different characters; a listed or related word, alone, repeated or with digits
    round it; or a listed or related number anywhere in it. Case and symbols are ignored on both sides, and so
    are related words of fewer than four letters or digits.
    """
    if len(set(typed.casefold())) < _FEWEST_DIFFERENT_CHARACTERS:
        return True
    password = _letters_and_digits(typed)
    words = COMMON_WORDS | HOUSE_WORDS | _stems(related)
    return any(_stands_out(word, password) for word in words)


def _letters_and_digits(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())


def _stems(related: Iterable[str]) -> frozenset[str]:
    """The related words, and what remains of them without the digits round them: taro-1985 gives taro1985 and
    taro.
    """
    words = [_letters_and_digits(text) for text in related]
    return frozenset(
        stem
        for word in words
        for stem in (word, word.strip("0123456789"))
        if len(stem) >= _SHORTEST_RELATED_WORD
    )


def _stands_out(word: str, password: str) -> bool:
    rest = password.replace(word, "")
    return rest != password and (not rest or rest.isdigit() or word.isdigit())
