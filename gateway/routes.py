"""Every path of the portal."""

from __future__ import annotations

from aiohttp import web

from gateway.activation import pages as activation
from gateway.charges import list as charges_list
from gateway.charges import statement
from gateway.contract import pages as contract
from gateway.downloads import own_data_page
from gateway.downloads import pages as downloads
from gateway.enrolment import pages as enrolment
from gateway.guide import pages as guide
from gateway.language_switch import pages as language
from gateway.login import continuing, second_step, waiting
from gateway.login import pages as login
from gateway.login import passkey as passkey_log_in
from gateway.menu import pages as menu
from gateway.policies import pages as policies
from gateway.recovery import asking, reset
from gateway.registration import (
    account_details,
    account_id_check,
    another_mail,
    confirmation,
    done,
    verification,
)
from gateway.settings_page import (
    address_link,
    address_undo,
    history,
    leave,
    mail_address,
    new_passkey,
    nickname,
    own_sessions,
    passkeys,
    password,
    recovery_codes,
    second_factor,
    second_factor_setup,
    stop,
)
from gateway.settings_page import pages as settings_page
from gateway.start import pages as start
from gateway.well_known import change_password, security_txt

ROUTES = (
    web.get("/", start.start),
    web.get("/guide", guide.guide),
    web.get("/terms", policies.terms),
    web.get("/privacy", policies.privacy),
    web.get("/external-transmission", policies.external_transmission),
    web.get("/accessibility", policies.accessibility),
    web.get("/robots.txt", start.robots),
    web.get("/.well-known/security.txt", security_txt.security_txt),
    web.get("/.well-known/change-password", change_password.change_password),
    web.get("/static/{name:.+}", start.static_file),
    web.post("/language", language.switch),
    web.get("/login", login.form),
    web.post("/login", login.log_in),
    web.post("/login/continue", login.log_in_with_proof),
    web.get("/login/preparing", waiting.preparing),
    web.get("/login/code", second_step.form),
    web.post("/login/code", second_step.finish),
    web.get("/login/code/recovery", second_step.form),
    web.post("/login/code/recovery", second_step.finish),
    web.post("/login/again", waiting.again),
    web.post("/login/passkey", passkey_log_in.log_in),
    web.post("/logout", login.log_out),
    web.post("/api/session", continuing.continue_session),
    web.get("/recover/code", enrolment.form),
    web.post("/recover/code", enrolment.renew),
    web.get("/register", verification.form),
    web.post("/register", verification.verify),
    web.get("/register/already", verification.already_registered),
    web.get("/register/account", account_details.form),
    web.post("/register/account", account_details.submit),
    web.post("/api/account-id", account_id_check.check_by_fetch),
    web.get("/register/confirm", confirmation.form),
    web.post("/register/confirm", confirmation.submit),
    web.get("/register/done", done.done),
    web.post("/register/correct", done.correct),
    web.post("/register/resend", another_mail.resend),
    web.post("/register/address", another_mail.correct_address),
    web.get("/activate", activation.form),
    web.post("/activate", activation.activate),
    web.get("/activate/done", activation.done),
    web.get("/activate/{token}", activation.open_link),
    web.get("/recover", asking.choose),
    web.get("/recover/password", asking.password_form),
    web.post("/recover/password", asking.ask_for_password_reset),
    web.get("/recover/password/sent", asking.password_sent),
    web.get("/recover/account-id", asking.account_id_form),
    web.post("/recover/account-id", asking.ask_for_account_ids),
    web.get("/recover/account-id/sent", asking.account_id_sent),
    web.get("/reset", reset.form),
    web.post("/reset", reset.change_password),
    web.get("/reset/done", reset.done),
    web.get("/reset/{token}", reset.open_link),
    web.get("/menu", menu.menu),
    web.get("/contract", contract.contract),
    web.get("/charges", charges_list.charges),
    web.get("/charges.pdf", downloads.year_as_pdf),
    web.get("/charges.csv", downloads.year_as_csv),
    web.get("/charges/{month}.pdf", downloads.month_as_pdf),
    web.get("/charges/{month}.csv", downloads.month_as_csv),
    web.get("/charges/{month}", statement.statement),
    web.get("/settings", settings_page.settings),
    web.post("/settings", settings_page.save_bill_notice),
    web.get("/settings/password", password.form),
    web.post("/settings/password", password.change),
    web.get("/settings/passkeys", passkeys.passkeys),
    web.post("/settings/passkeys", passkeys.offer),
    web.post("/settings/passkeys/remove", passkeys.remove),
    web.get("/settings/passkeys/new", new_passkey.form),
    web.post("/settings/passkeys/new", new_passkey.add),
    web.get("/settings/history", history.history),
    web.get("/settings/sessions", own_sessions.own_sessions),
    web.post("/settings/sessions", own_sessions.end_one),
    web.post("/settings/sessions/others", own_sessions.end_others),
    web.get("/settings/nickname", nickname.form),
    web.post("/settings/nickname", nickname.change),
    web.get("/settings/address", mail_address.form),
    web.post("/settings/address", mail_address.ask),
    web.get("/settings/address/sent", mail_address.sent),
    web.get("/settings/address/confirm", address_link.form),
    web.post("/settings/address/confirm", address_link.confirm),
    web.get("/settings/address/{token}", address_link.open_link),
    web.get("/settings/second-factor", second_factor.show_state),
    web.post("/settings/second-factor", second_factor.begin),
    web.get("/settings/second-factor/setup", second_factor_setup.form),
    web.post("/settings/second-factor/setup", second_factor_setup.add),
    web.get("/settings/second-factor/codes", recovery_codes.show_once),
    web.get("/settings/second-factor/new-codes", recovery_codes.form),
    web.post("/settings/second-factor/new-codes", recovery_codes.remake),
    web.get("/settings/second-factor/off", second_factor.off_form),
    web.post("/settings/second-factor/off", second_factor.turn_off),
    web.get("/settings/export", own_data_page.form),
    web.post("/settings/export", own_data_page.export),
    web.get("/settings/leave", leave.form),
    web.post("/settings/leave", leave.leave),
    web.get("/left", leave.left),
    web.get("/address-undo", address_undo.form),
    web.post("/address-undo", address_undo.undo),
    web.get("/address-undo/done", address_undo.done),
    web.get("/address-undo/{token}", address_undo.open_link),
    web.get("/stop/done", stop.done),
    web.get(stop.ONE_CLICK_ROUTE, stop.form),
    web.post(stop.ONE_CLICK_ROUTE, stop.stop),
)
"""Fixed paths before those with a variable part: the first that fits is taken."""
