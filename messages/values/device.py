"""The kind of a device, as its browser names itself: enough for a customer to know his own, and no more."""

from messages.values.text_value import Reason, Text, require

_SYSTEMS = {
    "iphone": "iPhone",
    "ipad": "iPad",
    "android": "Android",
    "windows": "Windows",
    "mac": "Mac",
    "chromebook": "Chromebook",
    "linux": "Linux",
}
_BROWSERS = {
    "safari": "Safari",
    "chrome": "Chrome",
    "edge": "Edge",
    "firefox": "Firefox",
    "samsung": "Samsung Internet",
    "opera": "Opera",
    "line": "LINE",
    "yahoo": "Yahoo! JAPAN",
    "google": "Googleアプリ",
}
_OTHER = "other"


class Device(Text):
    """A system and a browser of a short list, as `iphone/safari`; `other` for any that is not in it. No
    version and no model: thousands have the same.
    """

    __slots__ = ()
    reasons = (Reason.SHAPE,)

    @classmethod
    def of(cls, system: str, browser: str) -> "Device":
        """Names that are not in the list become `other`."""
        known_system = system if system in _SYSTEMS else _OTHER
        return cls(f"{known_system}/{browser if browser in _BROWSERS else _OTHER}")

    @classmethod
    def _canonical(cls, typed: str) -> str:
        system, _, browser = typed.partition("/")
        require(system in _SYSTEMS or system == _OTHER, Reason.SHAPE)
        require(browser in _BROWSERS or browser == _OTHER, Reason.SHAPE)
        return typed

    @property
    def in_words(self) -> str:
        """`iPhone（Safari）`; of one that a newer release named, as much as is known."""
        system, _, browser = self.partition("/")
        name = _SYSTEMS.get(system, "そのほかの端末")
        return f"{name}（{_BROWSERS[browser]}）" if browser in _BROWSERS else name
