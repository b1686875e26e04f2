"""The examination: SPF, DKIM, DMARC, the sender's domain, and the names of the addresses that send."""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as NoBase64
from collections.abc import Sequence
from dataclasses import dataclass

from mypage.mail_dns.dmarc import Policy, policy_of, tags_of
from mypage.mail_dns.findings import Finding, ill, look, well
from mypage.mail_dns.key_length import bits_of
from mypage.mail_dns.lookups import Dns
from mypage.mail_dns.spf import Verdict, record_of, verdict_of

_SHORTEST_KEY = 2048  # bits


@dataclass(frozen=True)
class Sender:
    """Whose mails are looked at: the domain that readers see, the one that mails come back to, the selectors
    that the relay signs with, and the addresses that it sends from.
    """

    domain: str
    envelope_domain: str
    selectors: Sequence[str] = ()
    addresses: Sequence[str] = ()


async def examine(dns: Dns, sender: Sender) -> list[Finding]:
    """Everything about that sender, what matters most first. Raises DnsAway."""
    policy = await policy_of(dns, sender.domain)
    found = []
    for domain in dict.fromkeys((sender.envelope_domain, sender.domain)):
        found += await _spf(dns, domain, sender.addresses)
    found += await _dkim(dns, sender)
    found.append(_dmarc(sender.domain, policy))
    if policy is not None:
        found.append(_alignment(sender, policy))
    found.append(await _domain(dns, sender.domain))
    for address in sender.addresses:
        found.append(await _name(dns, address))
    if not sender.addresses:
        do = "リレーがメールを送り出す IP アドレスを --sends-from で指定すると、SPF と PTR を確かめます。"
        found.append(look("送信元の IP アドレス", "わかりません", do))
    return found


async def _spf(dns: Dns, domain: str, addresses: Sequence[str]) -> list[Finding]:
    what = f"SPF {domain}"
    records = await record_of(dns, domain)
    if not records:
        do = f'{domain} の TXT に "v=spf1 ip4:送信元 -all" の形のレコードを置いてください。'
        return [ill(what, "レコードがありません", do)]
    if len(records) > 1:
        return [ill(what, f"{len(records)} 件あります", "1 件にまとめてください。2 件あると無効になります。")]
    last = records[0].lower().split()[-1]
    if last in ("all", "+all", "?all"):
        return [ill(what, f"{last} で終わっています", "最後を -all か ~all にしてください。")]
    if not addresses:
        return [well(what, records[0])]
    return [_permission(what, address, await verdict_of(dns, domain, address)) for address in addresses]


def _permission(what: str, address: str, verdict: Verdict) -> Finding:
    what = f"{what}（{address}）"
    if verdict is Verdict.PASS:
        return well(what, "送信を認めています")
    if verdict is Verdict.BROKEN:
        return ill(
            what, "受信側で読めません", "参照が 10 回を超えていないか、書き間違いがないか確かめてください。"
        )
    if verdict is Verdict.UNKNOWN:
        return look(
            what, "マクロがあるため、ここでは確かめられません", "実際に送ったメールで確かめてください。"
        )
    return ill(what, f"認めていません（{verdict}）", f"SPF に {address} を加えてください。")


async def _dkim(dns: Dns, sender: Sender) -> list[Finding]:
    if not sender.selectors:
        do = "リレーが署名に使うセレクターを --selector で指定してください。"
        return [look("DKIM", "セレクターがわからないため、確かめていません", do)]
    return [await _key(dns, f"{each}._domainkey.{sender.domain}") for each in sender.selectors]


async def _key(dns: Dns, name: str) -> Finding:
    what = f"DKIM {name}"
    records = [each for each in await dns.texts(name) if "p=" in each]
    if len(records) != 1:
        seen = f"{len(records)} 件あります" if records else "公開鍵がありません"
        return ill(what, seen, "署名に使う公開鍵を、この名前の TXT に 1 件だけ置いてください。")
    tags = tags_of(records[0])
    key = "".join(tags.get("p", "").split())
    if not key:
        return ill(what, "取り消されています（p が空です）", "使っている鍵の公開鍵を置いてください。")
    if tags.get("k", "rsa").lower() == "ed25519":
        return look(what, "Ed25519 です", "読めない受信側があるため、RSA 2048 ビットの署名も付けてください。")
    try:
        bits = bits_of(b64decode(key, validate=True))
    except (NoBase64, ValueError):
        return ill(what, "公開鍵として読めません", "途中で切れていないか確かめてください。")
    if bits < _SHORTEST_KEY:
        return ill(what, f"RSA {bits} ビットです", "2048 ビット以上の鍵に替えてください。")
    return well(what, f"RSA {bits} ビット")


def _dmarc(domain: str, policy: Policy | None) -> Finding:
    what = f"DMARC {domain}"
    if policy is None:
        do = f'_dmarc.{domain} の TXT に "v=DMARC1; p=quarantine" の形のレコードを 1 件置いてください。'
        return ill(what, "有効なレコードがありません", do)
    if policy.asks == "none":
        return ill(what, "p=none です", "p=quarantine か p=reject にしてください。")
    if policy.percent < 100:
        return look(
            what, f"pct={policy.percent} です", "すべてのメールが対象になるよう、pct を外してください。"
        )
    return well(what, f"p={policy.asks}（{policy.at}）")


def _alignment(sender: Sender, policy: Policy) -> Finding:
    """A DKIM key was looked for at the sender's own domain, which always aligns."""
    what = f"DMARC の一致 {sender.domain}"
    if policy.aligns(sender.envelope_domain, sender.domain, strict=policy.strict_spf):
        return well(what, f"エンベロープの {sender.envelope_domain} は同じ組織です")
    seen = f"エンベロープの {sender.envelope_domain} は一致しません"
    if sender.selectors:
        return look(
            what, seen, "DKIM の署名だけが頼りです。MYPAGE_MAIL_BOUNCES_TO を同じドメインにしてください。"
        )
    return ill(what, seen, "MYPAGE_MAIL_BOUNCES_TO を同じドメインにするか、DKIM で署名してください。")


async def _domain(dns: Dns, domain: str) -> Finding:
    what = f"A・MX {domain}"
    servers = await dns.mail_servers(domain)
    if any(servers):
        return well(what, f"MX {', '.join(servers)}")
    addresses = await dns.addresses(domain)
    if servers:  # a null MX
        return ill(what, "メールを受け取らないと宣言しています", "返信を受け取れる MX を置いてください。")
    if addresses:
        return well(what, f"A {', '.join(addresses)}")
    return ill(
        what, "どちらもありません", "MX か A を置いてください。ない差出人を断る携帯電話会社があります。"
    )


async def _name(dns: Dns, address: str) -> Finding:
    what = f"PTR {address}"
    names = await dns.names(address)
    if not names:
        do = "回線かクラウドの事業者に、この IP アドレスの逆引きを設定してもらってください。"
        return ill(what, "逆引きの名前がありません", do)
    for name in names:
        if address in await dns.addresses(name):
            return well(what, name)
    return ill(
        what, f"{names[0]} はこの IP アドレスを指していません", "逆引きの名前の A を合わせてください。"
    )
