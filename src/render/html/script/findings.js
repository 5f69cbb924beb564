// What the audit found in a call, and what a rule wants.

function findingsView(call, data) {
  const { sheet } = data;
  const known = new Set(sheet.messages.map((message) => message.number));
  const link = (number) => (known.has(number) ? make("a", { href: address(`call/${call}/${number}`) }, `message ${number}`) : `message ${number}`);
  const list = (numbers) => numbers.flatMap((number, place) => [place > 0 ? ", " : "", link(number)]);
  const one = (finding, place) => {
    const rule = ruleByCode.get(finding.rule);
    return make("li", { id: `finding-${place + 1}`, value: place + 1 },
      make("p", {}, make("span", { class: `badge ${finding.severity}` }, finding.severity), " ",
        make("a", { href: address(`rules/${rule.code}`) }, `${rule.code} ${rule.name}`), " in ", list(finding.places.map((mark) => mark.message)),
        finding.lines.length > 0 ? `, line ${finding.lines.join(", ")} of the document` : ""),
      make("p", {}, "Got ", make("code", {}, finding.got), "; expected ", make("code", {}, finding.expected)),
      finding.follows.length > 0 ? make("p", {}, "The same follows in ", list(finding.follows)) : "",
      make("details", {}, make("summary", {}, "Why"), explanation(rule)));
  };
  return make("section", { "aria-label": "Findings" },
    make("h2", {}, sheet.findings.length === 0 ? "No findings" : counted(sheet.findings.length, "finding")),
    make("ol", { class: "findings" }, sheet.findings.map(one)));
}

function explanation(rule) {
  return make("div", {},
    make("p", {}, rule.flags),
    make("p", {}, `Why it matters: ${rule.matters}`),
    make("p", {}, `Usual cause: ${rule.cause}`),
    rule.silenced.length > 0 ? make("p", {}, "No finding where there is a legal explanation:") : "",
    rule.silenced.length > 0 ? make("ul", {}, rule.silenced.map((reason) => make("li", {}, reason))) : "",
    make("p", {}, `Written in: ${rule.citations.join(", ")}`));
}
