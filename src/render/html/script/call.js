// A call: what was found, the ladder, and beside it the message that was chosen.

let open = {};

function callView(number, what, which) {
  const row = callByNumber.get(number);
  if (row === undefined) {
    return [make("h1", {}, Number.isNaN(number) ? "There is no such call" : `There is no call ${number}`)];
  }
  if (!row.drawn) {
    open = { number };
    return listedOnly(row);
  }
  const data = callData(number);
  const pane = make("aside", { "aria-live": "polite", "aria-label": "Message" });
  open = { number, data, pane };
  const view = [
    make("h1", {}, data.ladder.title),
    make("p", { class: "faint" }, data.ladder.source),
    findingsView(number, data),
    make("div", { class: "beside" }, ladderView(number, data), pane),
  ];
  // Links into the call change what is chosen only.
  queueMicrotask(() => choose(what, which));
  return view;
}

/** A call that the report has no room for. */
function listedOnly(row) {
  const rules = row.rules.flatMap((code) => [" ", make("a", { href: address(`rules/${code}`) }, code)]);
  return [
    make("h1", {}, `Call ${row.number}: ${row.from} to ${row.to}, ${row.outcome}`),
    make("p", {}, counted(row.messages, "message"), ". ", ...badges(row), rules),
    make("p", {}, `${drawnOf()} This one is listed only. A page of it is made by `, make("code", {}, `sipscope ladder FILE... ${row.number} -o call-${row.number}.html`)),
  ];
}

/** Shows a message or a finding of the call that is open. */
function choose(what, which) {
  const finding = what === "finding" ? open.data.sheet.findings[Number(which) - 1] : undefined;
  const message = finding?.places[0]?.message ?? (what === undefined ? open.data.sheet.messages[0]?.number : Number(what));
  open.message = message;
  open.pane.replaceChildren(messageView(open.number, open.data, message));
  for (const link of document.querySelectorAll("[data-message]")) {
    const chosen = link.dataset.message === String(message);
    if (chosen) {
      link.setAttribute("aria-current", "true");
      link.closest("details")?.setAttribute("open", "");
      link.scrollIntoView({ block: "nearest", inline: "nearest" });
    } else {
      link.removeAttribute("aria-current");
    }
  }
  for (const element of document.querySelectorAll(".findings > li")) {
    element.classList.toggle("chosen", finding !== undefined && element.id === `finding-${which}`);
  }
  (finding === undefined ? undefined : document.getElementById(`finding-${which}`))?.scrollIntoView({ block: "nearest" });
}

/** The message so many behind the chosen one. */
function step(by) {
  if (open.data === undefined) {
    return;
  }
  const { messages } = open.data.sheet;
  const place = messages.findIndex((message) => message.number === open.message);
  const next = messages[place + by];
  if (next !== undefined) {
    location.hash = address(`call/${open.number}/${next.number}`);
  }
}

/** The call so many behind this one, in the order of the numbers. */
function stepCall(by) {
  const place = calls.findIndex((call) => call.number === open.number);
  const next = calls[place + by];
  if (next !== undefined) {
    location.hash = address(`call/${next.number}`);
  }
}
