// Small plots in SVG: how new answers are spread, beside the notebook's own.
import { element, shown } from "./values.js";

const BINS = 24, WIDTH = 480, HEIGHT = 180;

function svg(name, options = {}, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(options)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/** Return the share of the numbers in each of the bins from low to high. */
function shares(numbers, low, high) {
  const found = new Array(BINS).fill(0);
  for (const one of numbers) {
    const at = high > low ? Math.floor((one - low) / (high - low) * BINS) : 0;
    found[Math.min(BINS - 1, Math.max(0, at))] += 1 / numbers.length;
  }
  return found;
}

/** Return the notebook's numbers as a strip with a mark where this one stands. */
export function strip(numbers, value) {
  const low = Math.min(numbers[0], value), high = Math.max(numbers.at(-1), value);
  if (!(high > low)) return "";
  const found = shares(numbers, low, high), top = Math.max(...found), step = WIDTH / BINS;
  const below = numbers.filter((one) => one < value).length;
  const words = `higher than ${Math.round(100 * below / numbers.length)}% of the notebook's answers`;
  const drawn = found.map((share, at) => svg("rect", {
    class: "had", x: at * step + 1, width: step - 2, y: 44 - 40 * share / top, height: 40 * share / top }));
  const x = Math.min(WIDTH - 2, Math.max(2, (value - low) / (high - low) * WIDTH));
  return element("div", { class: "strip" },
    svg("svg", { viewBox: `0 0 ${WIDTH} 48`, role: "img", "aria-label": words, preserveAspectRatio: "none" },
      ...drawn,
      svg("line", { class: "base", x1: 0, x2: WIDTH, y1: 44.5, y2: 44.5 }),
      svg("rect", { class: "here", x: x - 2, width: 4, y: 0, height: 48, rx: 2 })),
    element("p", { class: "ends" }, ...[shown(low), words, shown(high)].map((one) => element("span", {}, one))));
}

/** Return the least and the most; of a hundred thousand numbers, too. */
function ends(numbers) {
  return [numbers.reduce((a, b) => Math.min(a, b)), numbers.reduce((a, b) => Math.max(a, b))];
}

/** Draw into the figure how the values are spread, beside what the notebook had, if that is known. */
export function plot(figure, name, values, had) {
  const numbers = values.filter((one) => typeof one === "number");
  const asNumbers = numbers.length > 0 && (had ? Boolean(had.numbers) : new Set(numbers).size > 8);
  const rows = values.length === 1 ? "1 answer" : `${values.length} answers`;
  const legend = element("figcaption", {}, element("b", {}, name),
    element("span", { class: "key now" }, rows), had ? element("span", { class: "key then" }, "the notebook's") : "");
  figure.replaceChildren(legend, asNumbers ? histogram(name, numbers, had?.numbers ?? []) : counts(name, values, had?.counts ?? {}));
}

function histogram(name, numbers, had) {
  const all = [...numbers, ...had];
  const [low, high] = ends(all);
  const now = shares(numbers, low, high), then = had.length ? shares(had, low, high) : [];
  const top = Math.max(...now, ...then), step = WIDTH / BINS, floor = HEIGHT - 1;
  const tall = (share) => (floor - 6) * share / top;
  const drawn = now.map((share, at) => svg("rect", {
    class: "now", x: at * step + 1, width: step - 2, y: floor - tall(share), height: tall(share) }));
  const path = then.map((share, at) => `${at ? "L" : "M"}${at * step} ${floor - tall(share)}h${step}`).join("");
  const words = `${name}: ${numbers.length} answers from ${ends(numbers).map(shown).join(" to ")}` +
    (had.length ? `; the notebook's from ${shown(had[0])} to ${shown(had.at(-1))}` : "");
  return element("div", {},
    svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": words },
      ...drawn, ...(path ? [svg("path", { class: "then", d: path })] : []),
      svg("line", { class: "base", x1: 0, x2: WIDTH, y1: floor, y2: floor })),
    element("p", { class: "ends" }, ...[low, (low + high) / 2, high].map((one) => element("span", {}, shown(one)))));
}

function counts(name, values, had) {
  const now = {};
  for (const one of values) now[String(one)] = (now[String(one)] ?? 0) + 1;
  const names = [...new Set([...Object.keys(had), ...Object.keys(now)])].slice(0, 12);
  const sum = Object.values(had).reduce((a, b) => a + b, 0);
  const list = element("ul", { class: "counts" });
  for (const one of names) {
    const mine = (now[one] ?? 0) / values.length, theirs = sum ? (had[one] ?? 0) / sum : 0;
    const bar = svg("svg", { viewBox: "0 0 100 12", preserveAspectRatio: "none", "aria-hidden": "true" },
      svg("rect", { class: "now", x: 0, y: 1, width: 100 * mine, height: 10, rx: 1 }),
      ...(sum ? [svg("rect", { class: "tick", x: Math.min(99, 100 * theirs), y: 0, width: 1, height: 12 })] : []));
    const told = sum ? ` (${Math.round(100 * theirs)}%)` : "";
    list.append(element("li", {}, element("span", {}, one), bar, element("b", {}, `${Math.round(100 * mine)}%${told}`)));
  }
  return list;
}
