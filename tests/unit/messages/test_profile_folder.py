"""Another provider's portal is a folder with a profile, and no code."""

from __future__ import annotations

from pathlib import Path

import pytest

from chassis.process.settings import SettingsError, load
from messages.company import CompanyProfile, read_profile
from messages.values import InvalidValue, PasswordPolicy, check_password
from mypage.settings import CompanySettings

MIZUUMI = Path(__file__).parent.parent.parent.parent / "deploy/profiles/mizuumi"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A profile's folder that the environment names; a test fills it."""
    monkeypatch.setenv("MYPAGE_COMPANY_PROFILE", str(tmp_path))
    return tmp_path


def test_a_profile_says_all_that_the_first_company_would_be_known_by(monkeypatch: pytest.MonkeyPatch) -> None:
    """The one that lies in the repository leaves no field as it is."""
    monkeypatch.setenv("MYPAGE_COMPANY_PROFILE", str(MIZUUMI))
    shown, ours = load(CompanySettings).company.model_dump(), CompanyProfile().model_dump()
    assert [name for name in ours if shown[name] == ours[name]] == []


def test_the_manuals_company_stands_in_the_folder_as_in_the_code() -> None:
    """Whoever begins another profile copies what is true."""
    folder = MIZUUMI.with_name("aicom-koka")
    assert CompanyProfile.model_validate(read_profile(folder)) == CompanyProfile()
    assert read_profile(folder).keys() == CompanyProfile().model_dump(exclude={"logo_svg"}).keys()


def test_a_single_variable_wins_over_the_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a number that has just changed; what neither says is the default."""
    (folder / "company.toml").write_text('name = "甲"\ntelephone = "01"', encoding="utf-8")
    monkeypatch.setenv("MYPAGE_COMPANY__TELEPHONE", "02")
    company = load(CompanySettings).company
    assert (company.name, company.telephone, company.fax) == ("甲", "02", CompanyProfile().fax)


def test_a_logo_beside_it_is_taken(folder: Path) -> None:
    """As it stands."""
    (folder / "company.toml").write_text("")
    (folder / "logo.svg").write_text("<svg/>")
    assert load(CompanySettings).company.logo_svg == "<svg/>"


@pytest.mark.parametrize(
    ("toml", "told"),
    [
        (None, "company.toml cannot be read: No such file or directory"),
        (b"name = ", "company.toml is not TOML: "),
        (b"\xff\xfe", "must be text in UTF-8"),
        (b'telephon = "1"', "telephon: Extra inputs are not permitted"),
        (b"telephone = 1\nfax = []", "fax: Input should be a valid string"),
        (b"[name]", "name: Input should be a valid string"),
    ],
    ids=["missing", "no TOML", "no text", "misspelled", "two numbers", "a table"],
)
def test_a_profile_that_is_wrong_ends_the_start_with_its_variable(
    folder: Path, toml: bytes | None, told: str
) -> None:
    """And with what is wrong in it, all of it."""
    if toml is not None:
        (folder / "company.toml").write_bytes(toml)
    with pytest.raises(SettingsError) as wrong:
        load(CompanySettings)
    [problem] = wrong.value.problems
    assert problem.startswith("MYPAGE_COMPANY_PROFILE: ")
    assert told in problem


@pytest.mark.parametrize("password", ["aicom2026", "Koka528021", "aikomu01", "AicomKoka1"])
def test_the_first_companys_name_is_no_password_of_its_customers(password: str) -> None:
    """A stranger would try it first; at another provider it is a word like any."""
    with pytest.raises(InvalidValue, match="GUESSABLE"):
        check_password(password, PasswordPolicy.MANUAL, related=CompanyProfile().words_of_its_name)
    elsewhere = CompanyProfile.model_validate(read_profile(MIZUUMI)).words_of_its_name
    assert check_password(password, PasswordPolicy.MANUAL, related=elsewhere) == password


def test_the_name_of_a_mail_domain_is_a_word_of_the_company() -> None:
    """Whole and in parts, in any case; its country is none."""
    words = CompanyProfile(mail_domain="Net-Mizuumi.Example.jp", guessable_words="").words_of_its_name
    assert words == {"net", "mizuumi", "example", "net-mizuumi.example", "netmizuumiexample"}
