"""`mypage mail doctor` against a real DNS server (T8 of the mails, ADR 0064)."""

from __future__ import annotations

import json
import subprocess
from base64 import b64encode
from collections.abc import Callable
from functools import cache

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from support.dns_server import DnsServer, Records

from mypage.mail_dns.doctor import Sender, examine
from mypage.mail_dns.findings import Health
from mypage.mail_dns.lookups import Dns, DnsAway, NoSuchServer, nameserver_of

Run = Callable[..., subprocess.CompletedProcess[str]]
ADDRESS = "192.0.2.10"
SENDER = Sender("aicom-koka.jp", "bounce.aicom-koka.jp", ("s1",), (ADDRESS,))
PERMISSION = f"SPF aicom-koka.jp（{ADDRESS}）"
PTR = "10.2.0.192.in-addr.arpa PTR"


@cache
def key(bits: int) -> str:
    """A public key as DKIM has it, in pieces of a TXT record."""
    public = rsa.generate_private_key(65537, bits).public_key()
    text = (
        "v=DKIM1; k=rsa; p="
        + b64encode(public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()
    )
    return " ".join(f'"{text[start : start + 200]}"' for start in range(0, len(text), 200))


def healthy(**changes: list[str]) -> Records:
    """All as it should be; a change is named without signs, and an empty one takes the record away."""
    records = {
        "spf": ("aicom-koka.jp TXT", ['"v=spf1 include:_spf.example.jp -all"', '"google-site=x"']),
        "included": ("_spf.example.jp TXT", ['"v=spf1 ip4:192.0.2.0/28 ~all"']),
        "envelope": ("bounce.aicom-koka.jp TXT", ['"v=spf1 a:mail.example.jp -all"']),
        "host": ("mail.example.jp A", [ADDRESS]),
        "dkim": ("s1._domainkey.aicom-koka.jp TXT", [key(2048)]),
        "dmarc": ("_dmarc.aicom-koka.jp TXT", ['"v=DMARC1; p=quarantine; rua=mailto:d@example.jp"']),
        "mx": ("aicom-koka.jp MX", ["10 mx.example.jp."]),
        "ptr": (PTR, ["mail.example.jp."]),
    }
    return {at: changes.get(name, found) for name, (at, found) in records.items()}


async def found(records: Records, sender: Sender = SENDER) -> dict[str, Health]:
    """What the doctor says, by what it looked at."""
    with DnsServer(records) as server:
        return {each.what: each.health for each in await examine(Dns(server.address), sender)}


async def test_a_healthy_domain_has_nothing_to_do() -> None:
    """Nothing is asked twice."""
    with DnsServer(healthy()) as server:
        findings = await examine(Dns(server.address), SENDER)
    assert [each for each in findings if each.health is not Health.WELL or each.do] == []
    assert len(server.asked) == len(set(server.asked))


DAMAGE = [
    ("no SPF of the From domain", {"spf": []}, "SPF aicom-koka.jp"),
    ("no SPF of the envelope", {"envelope": []}, "SPF bounce.aicom-koka.jp"),
    ("two SPF", {"spf": ['"v=spf1 -all"', '"v=spf1 ip4:192.0.2.10 -all"']}, "SPF aicom-koka.jp"),
    ("SPF that lets all through", {"spf": ['"v=spf1 +all"']}, "SPF aicom-koka.jp"),
    ("SPF that says nothing", {"spf": ['"v=spf1 ip4:192.0.2.10 ?all"']}, "SPF aicom-koka.jp"),
    ("SPF of another address", {"included": ['"v=spf1 ip4:192.0.2.11 -all"']}, PERMISSION),
    ("SPF with a word nobody knows", {"spf": ['"v=spf1 ipv4:192.0.2.10 -all"']}, PERMISSION),
    ("SPF that includes nothing", {"included": []}, PERMISSION),
    ("SPF in a circle", {"included": ['"v=spf1 include:aicom-koka.jp -all"']}, PERMISSION),
    ("no key", {"dkim": []}, "DKIM s1._domainkey.aicom-koka.jp"),
    ("a revoked key", {"dkim": ['"v=DKIM1; p="']}, "DKIM s1._domainkey.aicom-koka.jp"),
    ("a short key", {"dkim": [key(1024)]}, "DKIM s1._domainkey.aicom-koka.jp"),
    ("a key cut off", {"dkim": ['"v=DKIM1; p=MIIBIjANBg"']}, "DKIM s1._domainkey.aicom-koka.jp"),
    ("a key of other letters", {"dkim": ['"v=DKIM1; p=あ"']}, "DKIM s1._domainkey.aicom-koka.jp"),
    ("no DMARC", {"dmarc": []}, "DMARC aicom-koka.jp"),
    ("DMARC that asks for nothing", {"dmarc": ['"v=DMARC1; p=none"']}, "DMARC aicom-koka.jp"),
    ("DMARC without a policy", {"dmarc": ['"v=DMARC1; rua=mailto:x@example.jp"']}, "DMARC aicom-koka.jp"),
    ("two DMARC", {"dmarc": ['"v=DMARC1; p=reject"', '"v=DMARC1; p=none"']}, "DMARC aicom-koka.jp"),
    ("nobody takes answers", {"mx": []}, "A・MX aicom-koka.jp"),
    ("a null MX", {"mx": ["0 ."]}, "A・MX aicom-koka.jp"),
    ("no PTR", {"ptr": []}, f"PTR {ADDRESS}"),
    ("PTR of a name that is elsewhere", {"ptr": ["elsewhere.example.jp."]}, f"PTR {ADDRESS}"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "what"), [each[1:] for each in DAMAGE], ids=[each[0] for each in DAMAGE])
async def test_each_damage_is_found_where_it_is(changes: dict[str, list[str]], what: str) -> None:
    """And the line says what to do."""
    with DnsServer(healthy(**changes)) as server:
        findings = await examine(Dns(server.address), SENDER)
    [finding] = [each for each in findings if each.what == what]
    assert (finding.health, bool(finding.do)) == (Health.ILL, True)


@pytest.mark.parametrize(
    "record",
    [
        "v=spf1 mx -all",
        "v=spf1 a:mail.example.jp/28 -all",
        "v=spf1 -ip4:192.0.2.11 ip4:192.0.2.10 -all",
        "V=SPF1 IP4:192.0.2.10 -ALL",
        "v=spf1 redirect=_spf.example.jp",
        "v=spf1 ip6:2001:db8::/32 include:_spf.example.jp ~all",
    ],
)
async def test_spf_is_read_as_receivers_read_it(record: str) -> None:
    """RFC 7208."""
    records = {**healthy(spf=[f'"{record}"']), "mx.example.jp A": [ADDRESS]}
    assert (await found(records))[PERMISSION] is Health.WELL


async def test_more_than_ten_lookups_are_too_many() -> None:
    """Receivers stop there, and refuse."""
    chain = {f"s{n}.example.jp TXT": [f'"v=spf1 include:s{n + 1}.example.jp -all"'] for n in range(12)}
    records = {**healthy(spf=['"v=spf1 include:s0.example.jp -all"']), **chain}
    assert (await found(records))[PERMISSION] is Health.ILL


async def test_what_only_a_receiver_can_judge_is_said() -> None:
    """Macros speak of a mail."""
    records = healthy(spf=['"v=spf1 exists:%{i}._spf.example.jp -all"'])
    assert (await found(records))[PERMISSION] is Health.LOOK


async def test_a_policy_of_the_domain_above_counts() -> None:
    """With what it says of those below; and only DKIM holds where SPF is of another organisation."""
    above = {"_dmarc.aicom-koka.jp TXT": ['"v=DMARC1; p=reject; sp=none"']}
    below = Sender("mail.aicom-koka.jp", "mail.aicom-koka.jp", ("s1",), ())
    assert (await found({**healthy(), **above}, below))["DMARC mail.aicom-koka.jp"] is Health.ILL
    elsewhere = Sender("aicom-koka.jp", "relay.example.com", ("s1",), ())
    assert (await found(healthy(), elsewhere))["DMARC の一致 aicom-koka.jp"] is Health.LOOK
    unsigned = Sender("aicom-koka.jp", "relay.example.com", (), ())
    assert (await found(healthy(), unsigned))["DMARC の一致 aicom-koka.jp"] is Health.ILL
    strict = healthy(dmarc=['"v=DMARC1; p=reject; aspf=s"'])
    assert (await found(strict))["DMARC の一致 aicom-koka.jp"] is Health.LOOK


async def test_a_server_that_does_not_answer_is_no_missing_record() -> None:
    """Nothing is said to be wrong."""
    with pytest.raises(DnsAway):
        await examine(Dns(("127.0.0.1", 1)), SENDER)


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("192.0.2.53", ("192.0.2.53", 53)),
        ("192.0.2.53:5353", ("192.0.2.53", 5353)),
        ("2001:db8::53", ("2001:db8::53", 53)),
        ("[2001:db8::53]:5353", ("2001:db8::53", 5353)),
    ],
)
def test_a_server_is_named_with_and_without_a_port(text: str, right: tuple[str, int]) -> None:
    """As other tools take it."""
    assert nameserver_of(text) == right


@pytest.mark.parametrize("text", ["", "dns.example.jp", "192.0.2.53:", "999.1.1.1", "1.2.3.4:99999", ":::"])
def test_what_is_no_server_is_refused(text: str) -> None:
    """Before anybody is asked."""
    with pytest.raises(NoSuchServer):
        nameserver_of(text)


def test_an_operator_reads_what_to_do(mypage: Run) -> None:
    """A line for each thing, and one more where something is to be done; exit code 1 while there is."""
    with DnsServer(healthy(dmarc=['"v=DMARC1; p=none"'])) as server:
        ask = ("mail", "doctor", "--nameserver", "{}:{}".format(*server.address))
        told = {"MYPAGE_MAIL_BOUNCES_TO": "bounces@bounce.aicom-koka.jp"}
        done = mypage(*ask, "--selector", "s1", "--sends-from", ADDRESS, **told)
        assert (done.returncode, done.stderr) == (1, "")
        assert (
            "×  DMARC aicom-koka.jp: p=none です\n   → p=quarantine か p=reject にしてください。"
            in done.stdout
        )
        assert f"○  PTR {ADDRESS}: mail.example.jp" in done.stdout
        assert "△  リレーの TLS" in done.stdout
        as_json = mypage(*ask, "--json", **told)
    lines = json.loads(as_json.stdout)
    assert {each["health"] for each in lines} == {"well", "look", "ill"}
    assert any(each["what"] == "DKIM" and "--selector" in each["do"] for each in lines)


def test_without_anything_to_mend_the_exit_code_is_0(mypage: Run) -> None:
    """Hints are no fault."""
    with DnsServer(healthy()) as server:
        done = mypage("mail", "doctor", "--nameserver", "{}:{}".format(*server.address), "--selector", "s1")
    assert (done.returncode, "×" in done.stdout) == (0, False)


def test_offline_is_one_sentence(mypage: Run) -> None:
    """Exit code 1, and no list of records that seem to be missing."""
    done = mypage("mail", "doctor", "--nameserver", "127.0.0.1:1")
    assert (done.returncode, done.stdout) == (1, "")
    assert "DNS サーバーが応じません" in done.stderr
    assert "何も調べていません" in done.stderr


@pytest.mark.parametrize(
    "wrong", [("--nameserver", "dns.example.jp"), ("--sends-from", "mail.example.jp"), ("--selector",)]
)
def test_wrong_use_of_the_doctor_is_said(mypage: Run, wrong: tuple[str, ...]) -> None:
    """Exit code 2."""
    assert mypage("mail", "doctor", *wrong).returncode == 2
