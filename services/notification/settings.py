"""notification's environment."""

from __future__ import annotations

from pydantic import Field, SecretStr

from chassis.process.settings import ServiceSettings


class Settings(ServiceSettings):
    """What notification needs besides its database and the broker. All names have the prefix `MYPAGE_`."""

    sealing_private_keys: list[SecretStr] = Field(
        description="JSON: own private sealing keys (base64), newest first"
    )
    smtp_url: SecretStr = Field(
        description="The mail relay: smtp://user:password@host:port (STARTTLS where offered) or smtps://"
    )
    smtp_timeout: float = Field(
        60.0, gt=0, le=90, description="Seconds for the relay to accept addresses, and again the mail"
    )
    mail_from: str = Field(
        "no-reply@aicom-koka.jp",
        description="Sender address of every mail; the manual promises aicom-koka.jp (T14)",
    )
    mail_from_name: str = Field("あいコムこうか マイページ", description="Sender name of every mail")
    mail_reply_to: str = Field("support@aicom-koka.jp", description="Where answers go")
    public_url: str = Field(description="The portal as customers reach it: links in mails begin with it")
