// The inputs, and that nothing was lost on the way.

function captureView() {
  const { accounting } = facts;
  const counts = (title, all, head) => {
    const rows = Object.entries(all);
    return rows.length === 0 ? [] : [make("h2", {}, title), table([head, "Count"], rows, { class: "numbers" })];
  };
  const when = (input) => [told(input.first_time, input.relative_first_time), told(input.last_time, input.relative_last_time)].filter(Boolean).join(" to ") || "none";
  const { records, sip_records: sip, other_records: other, undecodable_records: undecodable } = accounting;
  const sum = `${records} records = ${sip} SIP + ${other} other + ${undecodable} undecodable (${accounting.adds_up ? "adds up" : "does not add up"})`;
  return [
    make("h1", {}, "Capture"),
    make("p", {}, sum),
    table(["Input", "Format", "Records", "SIP", "Times"], facts.inputs.map((input) => [input.path, input.format, input.records, input.sip_records, when(input)])),
    [...facts.unreadable, ...facts.passed_over].length === 0 ? "" : make("h2", {}, "Not read"),
    make("ul", {}, [...facts.unreadable, ...facts.passed_over].map((one) => make("li", {}, `${one.path}: ${one.problem}`))),
    ...texts.length === 0 ? [] : [make("h2", {}, "Findings in the text of documents"),
      table(["Rule", "Severity", "Lines", "Got", "Expected"], texts.map((one) => [
        make("a", { href: address(`rules/${one.rule}`) }, one.rule), one.severity, one.lines.join(", "), one.got, one.expected]))],
    make("h2", {}, "Anomalies"),
    facts.anomalies.length === 0 ? make("p", {}, "None.")
      : table(["Anomaly", "Count", "First at", "Detail"], facts.anomalies.map((one) => [one.kind, one.count, `${one.first.input} ${one.first.record}`, one.detail])),
    ...counts("Requests", facts.requests, "Method"),
    ...counts("Responses", facts.responses, "Status"),
    ...counts("Transports", facts.transports, "Transport"),
    ...counts("Encapsulations", facts.encapsulations, "Layers"),
    ...counts("Other", accounting.other, "Kind"),
    ...counts("Undecodable", accounting.undecodable, "Layer and reason"),
  ];
}
