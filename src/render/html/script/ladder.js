// The ladder of a call. Each column has two tracks of a grid, so that arrows go from middle to middle; a letter tells dialogs
// apart where there are several, as their colours do.

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const middle = (column) => 4 + 2 * column;

function at(element, from, to) {
  element.style.gridColumn = `${from} / ${to}`;
  return element;
}

function ladderView(number, data) {
  const { ladder } = data;
  const lives = ladder.columns.map((_, column) => at(make("i"), middle(column) - 1, middle(column)));
  const several = ladder.strands.length > 1;
  const rows = framed(ladder.rows, (row) => rowView(number, row, several));
  const frames = ladder.frames.map((frame) =>
    at(make("span", { class: "frame" }, frame.name), middle(frame.first) - 1, middle(frame.last) + 1));
  const heads = ladder.columns.map((column, place) =>
    at(make("span", { class: "head", title: column.about }, make("b", {}, column.label), make("small", {}, column.detail)), middle(place) - 1, middle(place) + 1));
  const drawn = make("div", { class: "ladder", role: "list", "aria-label": ladder.title },
    make("div", { class: "lives", "aria-hidden": "true" }, lives),
    make("div", { class: "heads", role: "presentation" }, frames.length > 0 ? make("div", { class: "tracks" }, frames) : "", make("div", { class: "tracks" }, heads)),
    rows);
  drawn.style.setProperty("--tracks", `3rem 5rem repeat(${2 * ladder.columns.length}, minmax(4.5rem, 1fr))`);
  drawn.style.minWidth = `${8 + 9 * ladder.columns.length}rem`;
  const strands = several ? make("ul", { class: "strands" }, ladder.strands.map((strand, place) =>
    make("li", { class: `s${place % 6}` }, make("b", {}, letter(place)), ` ${strand}`))) : "";
  return make("figure", {}, make("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": "Ladder" }, drawn),
    make("figcaption", {}, strands, ladder.notes.map((note) => make("p", {}, note)),
      make("p", {}, [...data.sheet === undefined ? [] : [counted(data.sheet.messages.length, "message")], counted(ladder.rows.filter((row) => !("edge" in row)).length, "row")].join(", "))));
}

/** Rows, with frames around those that stand between the edges of one. */
function framed(rows, show) {
  const all = [[]];
  for (const row of rows) {
    if (row.edge === "end") {
      const parts = all.pop();
      all.at(-1).push(make("div", { class: "fragment", role: "group" }, parts));
    } else if ("edge" in row) {
      const word = row.edge === "or" ? "" : make("b", {}, row.edge);
      const edge = make("div", { class: `edge ${row.edge}` }, word, make("span", {}, `[${row.when ?? ""}]`));
      if (row.edge !== "or") {
        all.push([]);
      }
      all.at(-1).push(edge);
    } else {
      all.at(-1).push(show(row));
    }
  }
  return all[0];
}

function rowView(call, row, several) {
  return "from" in row ? arrowRow(call, row, several) : panelRow(call, row, several);
}

/** A documented flow: nothing but its figure. */
function flowView() {
  return [make("h1", {}, flow.title), make("p", { class: "faint" }, flow.source), ladderView(0, { ladder: flow })];
}

function letter(strand) {
  const round = Math.floor(strand / LETTERS.length);
  return LETTERS[strand % LETTERS.length] + (round > 0 ? round : "");
}

function arrowRow(call, arrow, several) {
  const [left, right] = [Math.min(arrow.from, arrow.to), Math.max(arrow.from, arrow.to)];
  const way = left === right ? "itself" : arrow.to < arrow.from ? "to-left" : "to-right";
  const marks = (arrow.marks ?? []).map((mark) =>
    make("a", { class: "mark", href: address(`call/${call}/finding/${mark}`), title: `finding ${mark}` }, mark));
  const caption = make("span", { class: "caption" },
    arrow.message === undefined ? make("span", {}, arrow.text) : make("a", { href: address(`call/${call}/${arrow.message}`), "data-message": arrow.message }, arrow.text), marks);
  const small = (arrow.small ?? []).map((text) => make("small", {}, text));
  const body = make("div", { class: `arrow ${arrow.kind} ${way}` }, caption, make("span", { class: "shaft" }), small);
  return make("div", { class: `tracks row s${arrow.strand % 6}`, role: "listitem" },
    make("span", { class: "number" }, arrow.number, several ? make("sup", {}, letter(arrow.strand)) : ""),
    make("span", { class: "time" }, arrow.time),
    at(body, middle(left), left === right ? middle(left) + 1 : middle(right)));
}

function panelRow(call, panel, several) {
  const box = make("span", { class: `panel ${panel.kind}` }, panel.text);
  const inset = panel.kind === "media" ? 0 : 1;
  const row = [make("span", { class: "number" }, panel.label ?? ""), at(box, middle(panel.first) - inset, middle(panel.last) + inset)];
  if (panel.folded === undefined) {
    return make("div", { class: "tracks row", role: "listitem" }, row);
  }
  const all = panel.folded.map((one) => rowView(call, one, several));
  return make("details", { class: "row", role: "listitem" }, make("summary", { class: "tracks" }, row), all);
}
