// What is embedded in the page. Each call is read when it is looked at.

function read(name) {
  const element = document.getElementById(name);
  return element === null ? undefined : JSON.parse(element.textContent);
}

// A page of one call alone has no facts, that of a documented flow nothing but the flow.
const facts = read("facts");
const calls = read("calls") ?? [];
const rules = read("rules") ?? [];
const texts = read("texts") ?? [];
const flow = read("flow");
const callByNumber = new Map(calls.map((call) => [call.number, call]));
const ruleByCode = new Map(rules.map((rule) => [rule.code, rule]));

let latest = {};

/** The ladder and the sheet of a call. */
function callData(number) {
  if (latest.number !== number) {
    latest = { number, data: read(`call-${number}`) };
  }
  return latest.data;
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** A time as far as it is known: of a day, maybe without its year, since an unknown start, or not at all. */
function told(time, relative) {
  const uptime = relative?.seconds === undefined ? undefined : `+${relative.seconds}s`;
  const date = relative?.date?.replace(/^--(\d\d)-/, (_, month) => `${MONTHS[month - 1]} `);
  const days = relative?.days > 0 ? `+${relative.days}d` : "";
  return time ?? [date, (relative?.time_of_day ?? uptime ?? "") + days].filter(Boolean).join(/^\d/.test(date) ? "T" : " ");
}
