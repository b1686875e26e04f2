// Comfort only: every page works without this file. Words come from the page.

document.getElementById("error-summary")?.focus();

const currentTab = document.querySelector(".tabs [aria-current]");
if (currentTab) {
  const row = currentTab.closest("ul");
  row.scrollLeft = currentTab.offsetLeft - row.offsetLeft - (row.clientWidth - currentTab.offsetWidth) / 2;
}

// A link to a field shows its label, however long the hint between them is.
const showLabel = () => {
  const field = /^#[a-z_]+$/.test(location.hash) && document.querySelector(`input${location.hash}`);
  if (field) requestAnimationFrame(() => field.labels[0]?.scrollIntoView({ block: "nearest" }));
};
for (const link of document.querySelectorAll("#error-summary a")) {
  link.addEventListener("click", () => setTimeout(showLabel)); // after the browser has gone there by itself
}
showLabel();

for (const toggle of document.querySelectorAll("button[data-shows]")) {
  const input = document.getElementById(toggle.dataset.shows);
  const status = toggle.parentElement.querySelector("[data-shows-status]");
  const showText = toggle.textContent;
  const show = (shown, tell) => {
    input.type = shown ? "text" : "password";
    for (const [name, value] of [["autocapitalize", "none"], ["autocorrect", "off"], ["spellcheck", "false"]]) {
      if (shown) input.setAttribute(name, value);
    }
    toggle.textContent = shown ? toggle.dataset.hideText : showText;
    if (tell) status.textContent = shown ? status.dataset.shownText : status.dataset.hiddenText;
  };
  toggle.hidden = false;
  toggle.addEventListener("click", () => show(input.type === "password", true));
  input.form.addEventListener("submit", () => show(false, false)); // no browser may remember it as plain text
}

for (const input of document.querySelectorAll("[data-passwordrules]")) {
  input.setAttribute("passwordrules", input.dataset.passwordrules);
}

for (const form of document.querySelectorAll("form")) {
  form.addEventListener("submit", (event) => {
    const button = event.submitter ?? form.querySelector("button[type=submit]");
    if (event.defaultPrevented || !button?.dataset.busyText) return;
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "yes";
    const usual = button.textContent;
    button.setAttribute("aria-live", "polite");
    const restore = () => { button.textContent = usual; delete form.dataset.sent; };
    setTimeout(() => { if (form.dataset.sent) button.textContent = button.dataset.busyText; }, 1000);
    setTimeout(restore, 10000);
    addEventListener("pageshow", restore, { once: true });
  });
  if (form.dataset.sendsItselfAfter) {
    setTimeout(() => form.requestSubmit(), Number(form.dataset.sendsItselfAfter) * 1000);
  }
}

const usualVisit = performance.getEntriesByType("navigation")[0]?.type !== "reload"; // else it would never end
for (const link of document.querySelectorAll("[data-looks-again-after]")) {
  if (usualVisit) setTimeout(() => location.reload(), Number(link.dataset.looksAgainAfter) * 1000);
}

const check = document.getElementById("check-account-id");
if (check) {
  const input = document.getElementById("account_id");
  const output = document.getElementById("account_id-check");
  const usual = check.textContent;
  const say = (text, available) => {
    output.textContent = text;
    output.dataset.available = String(available);
  };
  const forget = () => { output.textContent = ""; delete output.dataset.available; };
  input.addEventListener("input", forget); // it was said of another ID
  check.addEventListener("click", async (event) => {
    event.preventDefault();
    const asked = input.value;
    forget();
    check.textContent = check.dataset.busyText;
    try {
      const answer = await fetch(check.dataset.url, { method: "POST", body: new URLSearchParams({ account_id: asked, form_token: input.form.elements.form_token.value }) });
      const { available = null, text } = await answer.json();
      if (input.value === asked) say(text, available);
    } catch {
      if (input.value === asked) say(check.dataset.troubleText, null);
    }
    check.textContent = usual;
  });
}

// Before a session ends unused, its customer may go on. Of the ends that tabs were told the latest holds; 0 is now.
const ending = document.getElementById("session-ending");
if (ending) {
  const over = document.getElementById("session-over");
  const tabs = new BroadcastChannel("session-end");
  const form = ending.querySelector("form");
  const said = ending.querySelector("[data-said]");
  const warnsBefore = ending.dataset.warnsBefore * 1000;
  let end = 0;
  let isOver = false; // for good: whoever logs in elsewhere may be somebody else
  let timer;
  const look = () => {
    if (isOver) return;
    clearTimeout(timer);
    const left = end - Date.now();
    isOver = left <= 0;
    if (isOver || left > warnsBefore) ending.close();
    else if (!ending.open) ending.showModal();
    if (isOver) over.showModal();
    else timer = setTimeout(look, left > warnsBefore ? left - warnsBefore : left);
  };
  const hear = (instant) => {
    end = instant && Math.max(end, instant);
    ending.querySelector("[data-end]").textContent = new Date(end).toTimeString().slice(0, 5);
    look();
  };
  const tell = (instant) => { tabs.postMessage(instant); hear(instant); };
  const endsIn = (seconds) => tell(seconds && Date.now() + seconds * 1000);
  tabs.onmessage = ({ data }) => hear(data);
  form.addEventListener("submit", async (event) => {
    if (event.submitter?.hasAttribute("formaction")) return tabs.postMessage(0); // ログアウト
    event.preventDefault();
    said.textContent = "";
    try {
      const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
      const { ends_in: seconds } = await answer.json();
      if (!Number.isInteger(seconds)) throw new Error();
      endsIn(seconds);
      if (ending.open) said.textContent = said.dataset.last;
    } catch {
      look();
      said.textContent = said.dataset.trouble;
    }
  });
  ending.addEventListener("cancel", (event) => { event.preventDefault(); form.requestSubmit(); }); // Escape goes on
  over.querySelector("button").addEventListener("click", () => location.assign(location.pathname));
  for (const leaving of document.querySelectorAll("form[action='/logout']")) {
    leaving.addEventListener("submit", () => tabs.postMessage(0));
  }
  for (const waking of ["pageshow", "visibilitychange"]) addEventListener(waking, look); // timers sleep as devices do
  endsIn(Number(ending.dataset.endsIn));
}

for (const each of document.querySelectorAll(".without-script")) each.hidden = true; // where the style sheet could not

// A passkey is made or asked for as the page says, and sent with its form (Web Authentication).
const passkey = document.getElementById("passkey-form");
const passkeySaid = document.querySelector("[data-passkey-said]");
if (passkey && !window.PublicKeyCredential) passkeySaid.textContent = passkeySaid.dataset.without ?? "";
if (passkey && window.PublicKeyCredential) {
  const said = passkeySaid;
  const button = document.querySelector("[data-passkey]");
  const { credentials } = navigator;
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
  const publicKey = JSON.parse(passkey.dataset.options);
  for (const each of [publicKey.user, ...publicKey.excludeCredentials ?? []]) if (each) each.id = bytes(each.id);
  publicKey.challenge = bytes(publicKey.challenge);
  const send = ({ id, type, response }) => {
    const parts = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"].filter((part) => response[part]);
    const sent = Object.fromEntries(parts.map((part) => [part, text(response[part])]));
    passkey.elements.credential.value = JSON.stringify({ id, rawId: id, type, response: { ...sent, transports: response.getTransports?.() } });
    passkey.submit();
  };
  let asking = false;
  let offered = new AbortController();
  const offer = async () => { // in the field for the ID, where the browser can; not on the page that has just refused one
    if (location.href === passkey.action || publicKey.user || !await PublicKeyCredential.isConditionalMediationAvailable?.()) return;
    offered = new AbortController();
    try { send(await credentials.get({ publicKey, mediation: "conditional", signal: offered.signal })); } catch { /* nobody has asked */ }
  };
  const ask = async (event) => {
    event.preventDefault();
    if (asking) return;
    asking = true;
    said.textContent = "";
    offered.abort();
    try {
      send(await (publicKey.user ? credentials.create({ publicKey }) : credentials.get({ publicKey })));
    } catch (error) {
      said.textContent = said.dataset[error.name[0].toLowerCase() + error.name.slice(1)] ?? said.dataset.trouble;
      asking = false;
      offer();
    }
  };
  button.hidden = false;
  passkey.addEventListener("submit", ask);
  offer();
}
