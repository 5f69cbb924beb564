// From the address to the view, and what keys do.

const view = document.getElementById("view");
let list = address("calls");
let place = 0;

function show() {
  const [path, asked] = location.hash.replace(/^#\//, "").split("?");
  const [name, ...rest] = path.split("/");
  const within = name === "call" && open.number === Number(rest[0]) && view.contains(open.pane ?? null);
  if (within) {
    choose(rest[1], rest[2]);
    return;
  }
  open = {};
  const views = {
    call: () => callView(Number(rest[0] || 0), rest[1], rest[2]),
    rules: () => rulesView(rest[0]),
    capture: () => captureView(),
  };
  const listed = () => (flow !== undefined ? flowView() : facts === undefined ? callView(calls[0].number) : callsView(Object.fromEntries(new URLSearchParams(asked))));
  view.replaceChildren(...(Object.hasOwn(views, name) ? views[name] : listed)().flat().filter((part) => part !== ""));
  for (const link of document.querySelectorAll("nav a")) {
    link.toggleAttribute("aria-current", link.getAttribute("href") === `#/${name || "calls"}`);
  }
  document.title = `${view.querySelector("h1").textContent} - SIP report`;
  window.scrollTo(0, location.hash === list ? place : 0);
}

function press(event) {
  const writing = event.target.matches?.("input, select");
  if (event.key === "Escape") {
    if (writing) {
      event.target.blur();
    } else if (open.number !== undefined) {
      location.hash = list;
    }
    return;
  }
  if (writing || event.ctrlKey || event.altKey || event.metaKey) {
    return;
  }
  const keys = {
    "/": () => document.getElementById("find")?.focus(),
    ...(open.number === undefined ? {} : { j: () => step(1), k: () => step(-1), n: () => stepCall(1), p: () => stepCall(-1) }),
  };
  const pressed = keys[event.key];
  if (pressed !== undefined) {
    event.preventDefault();
    pressed();
  }
}

// Whoever comes back to the list finds it as it was left.
window.addEventListener("hashchange", (event) => {
  const before = new URL(event.oldURL).hash;
  if (before.startsWith("#/calls")) {
    list = before;
    place = window.scrollY;
  }
  show();
});
document.addEventListener("keydown", press);
document.querySelector("header").hidden = facts === undefined;
show();
