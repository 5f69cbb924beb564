// One message: where it came from, and its lines. Those that the message which came in did not have are marked, and those that
// it had and that were not passed on are struck out.

/** The lines of a message beside those of the one that came in: [line, "kept" | "added" | "removed", its place in the message]. */
function compared(lines, before) {
  const left = new Map();
  for (const line of before) {
    left.set(line, (left.get(line) ?? 0) + 1);
  }
  const shown = lines.map((line, place) => {
    const kept = (left.get(line) ?? 0) > 0;
    if (kept) {
      left.set(line, left.get(line) - 1);
    }
    return [line, kept ? "kept" : "added", place];
  });
  // What was removed stands in front of the next line that was kept.
  const kept = new Map(shown.filter(([, what]) => what === "kept").map((one) => [one[0], one]));
  const removed = [];
  let waiting = [];
  for (const line of before) {
    if ((left.get(line) ?? 0) > 0) {
      left.set(line, left.get(line) - 1);
      waiting.push([line, "removed"]);
    } else if (kept.has(line) && waiting.length > 0) {
      removed.push([kept.get(line), waiting]);
      waiting = [];
    }
  }
  for (const [next, all] of removed) {
    shown.splice(shown.indexOf(next), 0, ...all);
  }
  return [...shown, ...waiting];
}

/** A line, with the parts that findings are about. */
function marked(text, marks) {
  const parts = [];
  let done = 0;
  for (const { start, end, number } of [...marks].sort((a, b) => a.start - b.start)) {
    if (start < done) {
      continue;
    }
    parts.push(text.slice(done, start), make("mark", { title: `finding ${number}` }, text.slice(start, end) || "\u2038"), make("sup", {}, number));
    done = end;
  }
  return [...parts, text.slice(done)];
}

function marksOf(sheet, message) {
  return sheet.findings.flatMap((finding, place) =>
    finding.places.filter((mark) => mark.message === message).map((mark) => ({ ...mark, number: place + 1 })));
}

function messageView(call, data, number) {
  const { sheet } = data;
  const place = sheet.messages.findIndex((message) => message.number === number);
  if (place < 0) {
    return make("p", {}, "Choose a message in the ladder.");
  }
  const message = sheet.messages[place];
  const before = sheet.messages.find((other) => other.number === message.came_as);
  const marks = marksOf(sheet, number);
  const lines = before === undefined ? message.lines.map((line, at) => [line, "kept", at]) : compared(message.lines, before.lines);
  const signs = { kept: "\u00a0", added: "+", removed: "\u2212" };
  const shown = lines.map(([line, what, at]) => {
    const text = marked(sheet.lines[line], marks.filter((mark) => mark.line === at));
    return make("div", { class: `line ${what}` }, make("span", { class: "sign" }, signs[what]), make(what === "removed" ? "del" : what === "added" ? "ins" : "span", {}, text));
  });
  const to = (other, text) => (other === undefined ? "" : make("a", { href: address(`call/${call}/${other.number}`) }, text));
  const facts = [message.time ?? "no time", message.place, message.seen > 1 ? `seen ${message.seen}x` : ""].filter(Boolean);
  return make("article", { "aria-label": `Message ${number}` },
    make("h2", {}, `Message ${number}`),
    make("p", {}, `${message.from} \u2192 ${message.to}`),
    make("p", { class: "faint" }, facts.join(" \u00b7 ")),
    make("p", { class: "faint" }, to(sheet.messages[place - 1], "previous"), " ", to(sheet.messages[place + 1], "next")),
    before === undefined ? "" : make("p", {}, "Came in as ", to(before, `message ${before.number}`), "; ", make("b", {}, "+"), " is not so there, ", make("b", {}, "\u2212"), " stood there and was not passed on."),
    message.notes.length > 0 ? make("ul", { class: "notes" }, message.notes.map((note) => make("li", {}, note))) : "",
    make("div", { class: "lines", role: "group", "aria-label": "Text of the message" }, shown));
}
