// What the audit looked for, and how often it came out how.

function rulesView(code) {
  const rule = ruleByCode.get(code);
  if (rule !== undefined) {
    return [
      make("h1", {}, `${rule.code} ${rule.name}`),
      make("p", {}, make("span", { class: `badge ${rule.severity}` }, rule.severity), ` about ${rule.family}`),
      explanation(rule),
      make("p", {}, `Passed ${rule.pass}, failed ${rule.fail}, not applicable ${rule.not_applicable}, not provable ${rule.not_provable}.`),
      rule.fail > 0 ? make("p", {}, make("a", { href: address("calls", { rule: rule.code }) }, "The calls in which it failed")) : "",
    ];
  }
  const row = (one) => [
    make("a", { href: address(`rules/${one.code}`) }, one.code), one.name, one.severity, one.pass,
    one.fail > 0 ? make("a", { href: address("calls", { rule: one.code }) }, one.fail) : 0, one.not_applicable, one.not_provable,
  ];
  return [
    make("h1", {}, "Rules"),
    make("p", {}, "How often each rule was looked at in the whole trace, and what came out. What the trace does not show is not provable, and no fault."),
    table(["Code", "Rule", "Severity", "Pass", "Fail", "Not applicable", "Not provable"], rules.map(row), { class: "numbers" }),
  ];
}
