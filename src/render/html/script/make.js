// Elements and texts: the only way into the page. No text is ever read as markup, and what would hide or turn text around is seen.

// The same that is written as an escape everywhere else: what controls, reorders or does not show; lines and tabs stay.
const HIDDEN = /[\0-\x08\v-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\u{e0000}-\u{e007f}\p{Noncharacter_Code_Point}]/gu;

const seen = (text) => String(text).replace(HIDDEN, (one) => `\\u{${one.codePointAt(0).toString(16)}}`);

/** An element. Names of attributes that begin with "on" are events. */
function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (name.startsWith("on")) {
      element.addEventListener(name.slice(2), value);
    } else if (value !== undefined && value !== false) {
      element.setAttribute(name, value === true ? "" : seen(value));
    }
  }
  const shown = children.flat().filter((child) => child !== undefined && child !== "");
  element.append(...shown.map((child) => (child instanceof Node ? child : seen(child))));
  return element;
}

/** A table: heads, and rows of texts or elements. */
function table(heads, rows, attributes) {
  const cells = (row) => make("tr", {}, row.map((cell) => make("td", {}, cell)));
  const head = make("tr", {}, heads.map((text) => make("th", { scope: "col" }, text)));
  return make("table", attributes, make("thead", {}, head), make("tbody", {}, rows.map(cells)));
}

/** A place in the page; what is chosen there stands behind the question mark. */
function address(path, chosen) {
  const asked = new URLSearchParams(Object.entries(chosen ?? {}).filter(([, value]) => value)).toString();
  return `#/${path}${asked === "" ? "" : `?${asked}`}`;
}

const counted = (count, what) => `${count} ${what}${count === 1 ? "" : "s"}`;
