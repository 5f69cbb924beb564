// The list of calls: filtered, sorted, and made a part at a time.

const PART = 500;

// What a cell shows, and what it is sorted by where that is something else: calls have their numbers in the order of their times.
const COLUMNS = [
  { key: "number", head: "Call", of: (call) => call.number },
  { key: "time", head: "Time", of: (call) => call.told, by: (call) => call.number },
  { key: "kind", head: "Kind", of: (call) => call.kind },
  { key: "from", head: "From", of: (call) => call.from },
  { key: "to", head: "To", of: (call) => call.to },
  { key: "nodes", head: "Nodes", of: (call) => call.nodes },
  { key: "messages", head: "Messages", of: (call) => call.messages },
  { key: "outcome", head: "Outcome", of: (call) => call.outcome },
  { key: "findings", head: "Findings", of: (call) => call.errors * 1e12 + call.warnings * 1e6 + call.infos },
];

const severity = {
  error: (call) => call.errors > 0,
  warning: (call) => call.errors + call.warnings > 0,
  any: (call) => call.rules.length > 0,
  none: (call) => call.rules.length === 0,
};

function wanted(chosen) {
  const words = (chosen.find ?? "").toLowerCase().split(/\s+/).filter(Boolean);
  const text = (call) => [call.number, call.told, call.kind, call.from, call.to, call.outcome, ...call.call_ids, ...call.rules].join("\n").toLowerCase();
  const matches = (call) => {
    const all = words.length > 0 ? text(call) : "";
    return words.every((word) => all.includes(word));
  };
  const found = calls.filter((call) =>
    (!chosen.kind || call.kind === chosen.kind)
    && (severity[chosen.findings]?.(call) ?? true)
    && (!chosen.rule || call.rules.includes(chosen.rule))
    && matches(call));
  return sorted(found, chosen.sort ?? "number");
}

/** By a column; a minus in front turns it round. What is the same stays in the order of the calls. */
function sorted(found, by) {
  const down = by.startsWith("-");
  const column = COLUMNS.find((one) => one.key === (down ? by.slice(1) : by)) ?? COLUMNS[0];
  const worth = column.by ?? column.of;
  const order = (a, b) => {
    const [one, other] = [worth(a), worth(b)];
    const ordered = one < other ? -1 : one > other ? 1 : 0;
    return (down ? -ordered : ordered) || a.number - b.number;
  };
  return found.sort(order);
}

/** How bad it is, in a word with a number. */
function badges(call) {
  const of = (count, name) => (count > 0 ? make("span", { class: `badge ${name}` }, counted(count, name)) : undefined);
  return [of(call.errors, "error"), of(call.warnings, "warning"), of(call.infos, "note")];
}

function callRow(call) {
  const cells = COLUMNS.map(({ key, of }) => {
    const shown = key === "findings" ? badges(call)
      : key === "number" ? make("a", { href: address(`call/${call.number}`), class: "row" }, call.number)
      : of(call);
    return make("td", { class: key }, shown);
  });
  return make("tr", {}, cells);
}

function choice(label, value, options, choose) {
  const shown = options.map(([key, text]) => make("option", { value: key, selected: key === value }, text));
  return make("label", {}, `${label} `, make("select", { onchange: (event) => choose(event.target.value) }, shown));
}

/** A few by name. */
function inputs() {
  const names = facts.inputs.slice(0, 3).map((input) => input.path);
  const more = facts.inputs.length - names.length;
  return names.join(", ") + (more > 0 ? ` and ${counted(more, "more input")}.` : ".");
}

/** What the page says where not all calls are drawn. */
function drawnOf() {
  const drawn = calls.filter((call) => call.drawn).length;
  return drawn === calls.length ? "" : `Drawn are ${drawn} of ${counted(calls.length, "call")}, those with the worst findings first.`;
}

function callsView(chosen) {
  const count = make("p", { role: "status" });
  const body = make("tbody");
  const more = make("button", { type: "button" });
  const heads = make("tr");
  let found = [];
  let shown = 0;

  const show = (number) => {
    body.append(...found.slice(shown, shown + number).map(callRow));
    shown = Math.min(shown + number, found.length);
    count.textContent = `${found.length} of ${counted(calls.length, "call")}${shown < found.length ? `, the first ${shown} are listed` : ""}`;
    more.hidden = shown === found.length;
    more.textContent = `List ${Math.min(PART, found.length - shown)} more`;
    chosen.listed = shown > PART ? shown : undefined;
    history.replaceState(null, "", address("calls", chosen));
  };
  const refill = (change) => {
    const { listed, ...rest } = { listed: PART, ...change };
    Object.assign(chosen, rest);
    found = wanted(chosen);
    shown = 0;
    body.replaceChildren();
    heads.replaceChildren(...COLUMNS.map(head));
    show(listed);
  };
  const head = ({ key, head: text }) => {
    const by = chosen.sort ?? "number";
    const direction = by === key ? "ascending" : by === `-${key}` ? "descending" : undefined;
    const next = direction === "ascending" ? `-${key}` : key;
    const sign = { ascending: " \u25b4", descending: " \u25be" }[direction] ?? "";
    const button = make("button", { type: "button", onclick: () => { refill({ sort: next }); heads.querySelector(`[data-key="${key}"]`).focus(); }, "data-key": key }, text + sign);
    return make("th", { scope: "col", "aria-sort": direction }, button);
  };
  more.addEventListener("click", () => show(PART));

  const kinds = [...new Set(calls.map((call) => call.kind))].sort();
  const codes = [...new Set(calls.flatMap((call) => call.rules))].sort();
  const find = make("input", { type: "search", id: "find", value: chosen.find, size: 30, oninput: (event) => refill({ find: event.target.value }) });
  const form = make("form", { role: "search", onsubmit: (event) => event.preventDefault() },
    make("label", {}, "Filter ", find),
    choice("Kind", chosen.kind ?? "", [["", "all"], ...kinds.map((kind) => [kind, kind])], (kind) => refill({ kind })),
    choice("Findings", chosen.findings ?? "", [["", "with and without"], ["error", "errors"], ["warning", "errors or warnings"], ["any", "any"], ["none", "none"]], (findings) => refill({ findings })),
    choice("Rule", chosen.rule ?? "", [["", "all"], ...codes.map((code) => [code, `${code} ${ruleByCode.get(code)?.name ?? ""}`])], (rule) => refill({ rule })));
  refill({ listed: Math.max(PART, Number(chosen.listed) || 0) });
  return [
    make("h1", {}, "Calls"),
    make("p", { class: "faint" }, inputs(), " ", make("a", { href: address("capture") }, "What was read")),
    drawnOf() === "" ? "" : make("p", {}, `${drawnOf()} The others are listed.`),
    form,
    count,
    make("table", { class: "calls" }, make("thead", {}, heads), body),
    more,
  ];
}
